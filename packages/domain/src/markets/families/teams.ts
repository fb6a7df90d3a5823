import { countMarket, type CatalogueMarket, yesNo } from "../market.ts";
import type { Side } from "../../events/side.ts";
import { bandOf } from "./goals.ts";
import { totals } from "./totals.ts";

const primitive = "full_time_score";
const title = { home: "Home team", away: "Away team" } as const;

function teamMarkets(side: Side): CatalogueMarket[] {
  const own = (home: number, away: number): number => (side === "home" ? home : away);
  const others = (home: number, away: number): number => (side === "home" ? away : home);
  const yesOrNo = (
    id: string,
    name: string,
    aliases: Record<string, string>,
    holds: (h: number, a: number) => boolean,
  ): CatalogueMarket =>
    countMarket({
      id: `${side}_${id}`,
      name: `${title[side]} ${name}`,
      category: "team",
      outcomes: ["yes", "no"],
      aliases,
      primitive,
      lines: [yesNo(holds)],
    });
  return [
    yesOrNo(
      "win_to_nil",
      "to win to nil",
      { yes: `${side}_win_to_nil` },
      (h, a) => own(h, a) > 0 && others(h, a) === 0,
    ),
    // The earlier system calls this "win to nil: no"; it is a win with a goal conceded, not the complement.
    yesOrNo(
      "win_and_concede",
      "to win and concede",
      { yes: `${side}_win_to_nil_no` },
      (h, a) => own(h, a) > others(h, a) && others(h, a) > 0,
    ),
    yesOrNo("clean_sheet", "to keep a clean sheet", { yes: `${side}_clean_sheet_yes` }, (h, a) => others(h, a) === 0),
    ...totals({
      prefix: `${side}_over_under`,
      name: `${title[side]} goals`,
      category: "team",
      primitive,
      lines: [0.5, 1, 1.5, 2, 2.5, 3.5],
      counted: own,
      alias: (outcome, line) =>
        outcome === "over" && SEED_TEAM_TOTALS.has(line) ? `${side}_over_${String(line).replace(".", "")}` : undefined,
    }),
    countMarket({
      id: `${side}_exact_goals`,
      name: `${title[side]} exact goals`,
      category: "team",
      outcomes: ["0", "1", "2", "3_plus"],
      primitive,
      lines: [bandOf([0, 1, 2, 3], own)],
    }),
    countMarket({
      id: `${side}_odd_even`,
      name: `${title[side]} odd or even goals`,
      category: "team",
      outcomes: ["odd", "even"],
      primitive,
      lines: [yesNo((h, a) => own(h, a) % 2 === 1)],
    }),
  ];
}

const SEED_TEAM_TOTALS: ReadonlySet<number> = new Set([0.5, 1.5, 2.5]);

/** What one team does, whatever the other. */
export const homeAndAwayMarkets: readonly CatalogueMarket[] = [...teamMarkets("home"), ...teamMarkets("away")];
