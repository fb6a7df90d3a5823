import { type Category, countMarket, type CatalogueMarket, REFUND } from "../market.ts";
import type { CountPrimitiveId } from "../../dependencies/primitives/count-primitives.ts";

/** 0 home, 1 draw, 2 away. */
export function resultOf(home: number, away: number): number {
  return home > away ? 0 : home === away ? 1 : 2;
}

export const RESULTS = ["home", "draw", "away"] as const;

interface Contest {
  /** Id before the market's own part: empty, `half_time_`, `second_half_`. */
  readonly prefix: string;
  readonly name: string;
  readonly category: Category;
  readonly primitive: CountPrimitiveId;
  readonly scope?: CatalogueMarket["scope"];
}

/** Who has more of it: goals of the match or of a half, corners, cards. */
export function threeWay(
  { prefix, name, ...contest }: Contest,
  id = "result",
  aliases: Record<string, string> = {},
): CatalogueMarket {
  return countMarket({
    ...contest,
    id: `${prefix}${id}`,
    name: `${name} result`,
    outcomes: RESULTS,
    aliases,
    lines: [resultOf],
  });
}

export function doubleChance(
  { prefix, name, ...contest }: Contest,
  aliases: Record<string, string> = {},
): CatalogueMarket {
  return countMarket({
    ...contest,
    id: `${prefix}double_chance`,
    name: `${name} double chance`,
    outcomes: ["home_or_draw", "draw_or_away", "home_or_away"],
    aliases,
    winners: "overlapping",
    // Two of the three win, whatever the result: one line names one of them, the second the other.
    lines: [(home, away) => (home >= away ? 0 : 1), (home, away) => (home === away ? 1 : 2)],
  });
}

export function drawNoBet(
  { prefix, name, ...contest }: Contest,
  aliases: Record<string, string> = {},
): CatalogueMarket {
  return countMarket({
    ...contest,
    id: `${prefix}draw_no_bet`,
    name: `${name} draw no bet`,
    outcomes: ["home", "away"],
    aliases,
    lines: [(home, away) => (home === away ? REFUND : home > away ? 0 : 1)],
  });
}

const match: Contest = { prefix: "", name: "Match", category: "result", primitive: "full_time_score" };

/** Margins that have an outcome of their own; the last one is open above. */
const MARGINS = [1, 2, 3] as const;

function marginOf(home: number, away: number): number {
  if (home === away) return 2 * MARGINS.length;
  const step = Math.min(Math.abs(home - away), MARGINS.length) - 1;
  return home > away ? step : MARGINS.length + step;
}

/** Who wins the match. */
export const resultMarkets: readonly CatalogueMarket[] = [
  threeWay({ ...match, prefix: "match_" }, "result", { home: "home_win", draw: "draw", away: "away_win" }),
  doubleChance(match, { home_or_draw: "dc_1x", draw_or_away: "dc_x2", home_or_away: "dc_12" }),
  drawNoBet(match, { home: "dnb_home", away: "dnb_away" }),
  countMarket({
    ...match,
    id: "winning_margin",
    name: "Winning margin",
    outcomes: ["home_1", "home_2", "home_3_plus", "away_1", "away_2", "away_3_plus", "draw"],
    lines: [marginOf],
  }),
];
