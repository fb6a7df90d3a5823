import { countMarket, halvesMarket, type HalvesLine, type CatalogueMarket, yesNo } from "../market.ts";
import type { CountPrimitiveId } from "../../dependencies/primitives/count-primitives.ts";
import { asianHandicaps } from "./handicaps.ts";
import { doubleChance, drawNoBet, resultOf, RESULTS, threeWay } from "./result.ts";
import { totals } from "./totals.ts";

const SEED_RESULTS = ["1", "x", "2"] as const;

const halfTimeFullTime = RESULTS.flatMap((half, i) =>
  RESULTS.map((full, j) => ({ outcome: `${half}_${full}`, alias: `dr_${SEED_RESULTS[i]}_${SEED_RESULTS[j]}` })),
);

function bothHalves(
  id: string,
  name: string,
  holds: (...goals: Parameters<HalvesLine>) => boolean,
  aliases: Record<string, string> = {},
): CatalogueMarket {
  return halvesMarket({ id, name, category: "halves", outcomes: ["yes", "no"], aliases, lines: [yesNo(holds)] });
}

const seedYesNo = (id: string): Record<string, string> => ({ yes: `${id}_yes`, no: `${id}_no` });

function toScoreInHalf(side: "home" | "away", half: 1 | 2): CatalogueMarket {
  return countMarket({
    id: `${side}_to_score_${half === 1 ? "first" : "second"}_half`,
    name: `${side === "home" ? "Home" : "Away"} team to score in half ${half}`,
    category: "halves",
    outcomes: ["yes", "no"],
    aliases: { yes: `${side}_to_score_${half}h` },
    primitive: half === 1 ? "first_half_score" : "second_half_score",
    lines: [yesNo((home, away) => (side === "home" ? home : away) > 0)],
  });
}

/** Markets that a half has as a match has them. */
function ofHalf(prefix: "half_time" | "second_half", name: string, primitive: CountPrimitiveId): CatalogueMarket[] {
  const contest = { prefix: `${prefix}_`, name, category: "halves", primitive } as const;
  const isFirst = prefix === "half_time";
  return [
    threeWay(contest, "result", isFirst ? { home: "ht_home_win", draw: "ht_draw", away: "ht_away_win" } : {}),
    doubleChance(contest),
    drawNoBet(contest),
    ...totals({
      ...contest,
      prefix: `${prefix}_over_under`,
      name: `${name} goals`,
      lines: [0.5, 1, 1.5, 2, 2.5, 3.5],
      alias: (outcome, line) => (isFirst && line === 0.5 ? `ht_${outcome}_05` : undefined),
    }),
    countMarket({
      id: `${prefix}_both_teams_to_score`,
      name: `${name}: both teams to score`,
      category: "halves",
      outcomes: ["yes", "no"],
      aliases: isFirst ? { yes: "ht_btts" } : {},
      primitive,
      lines: [yesNo((home, away) => home > 0 && away > 0)],
    }),
    ...asianHandicaps({
      prefix: `${prefix}_`,
      name,
      category: "halves",
      primitive,
      lines: [-0.75, -0.5, -0.25, 0.25, 0.5, 0.75],
    }),
  ];
}

/** What happens in one half, or in both. */
export const halfMarkets: readonly CatalogueMarket[] = [
  ...ofHalf("half_time", "First half", "first_half_score"),
  ...ofHalf("second_half", "Second half", "second_half_score"),
  halvesMarket({
    id: "half_time_full_time",
    name: "Half-time and full-time result",
    category: "halves",
    outcomes: halfTimeFullTime.map(({ outcome }) => outcome),
    aliases: Object.fromEntries(halfTimeFullTime.map(({ outcome, alias }) => [outcome, alias])),
    lines: [(home1, away1, home2, away2) => resultOf(home1, away1) * 3 + resultOf(home1 + home2, away1 + away2)],
  }),
  bothHalves(
    "btts_both_halves",
    "Both teams to score in both halves",
    (h1, a1, h2, a2) => Math.min(h1, a1, h2, a2) > 0,
    seedYesNo("btts_both_halves"),
  ),
  bothHalves(
    "score_both_halves",
    "A goal in both halves",
    (h1, a1, h2, a2) => h1 + a1 > 0 && h2 + a2 > 0,
    seedYesNo("score_both_halves"),
  ),
  bothHalves("both_halves_over_1_5", "Both halves over 1.5 goals", (h1, a1, h2, a2) => h1 + a1 > 1.5 && h2 + a2 > 1.5),
  bothHalves(
    "both_halves_under_1_5",
    "Both halves under 1.5 goals",
    (h1, a1, h2, a2) => h1 + a1 < 1.5 && h2 + a2 < 1.5,
  ),
  bothHalves("home_score_both_halves", "Home team to score in both halves", (h1, _a1, h2) => h1 > 0 && h2 > 0),
  bothHalves("away_score_both_halves", "Away team to score in both halves", (_h1, a1, _h2, a2) => a1 > 0 && a2 > 0),
  bothHalves("home_win_either_half", "Home team to win either half", (h1, a1, h2, a2) => h1 > a1 || h2 > a2),
  bothHalves("away_win_either_half", "Away team to win either half", (h1, a1, h2, a2) => a1 > h1 || a2 > h2),
  bothHalves("home_win_both_halves", "Home team to win both halves", (h1, a1, h2, a2) => h1 > a1 && h2 > a2),
  bothHalves("away_win_both_halves", "Away team to win both halves", (h1, a1, h2, a2) => a1 > h1 && a2 > h2),
  halvesMarket({
    id: "highest_scoring_half",
    name: "Highest scoring half",
    category: "halves",
    outcomes: ["first", "second", "equal"],
    lines: [(h1, a1, h2, a2) => (h1 + a1 > h2 + a2 ? 0 : h1 + a1 < h2 + a2 ? 1 : 2)],
  }),
  toScoreInHalf("home", 1),
  toScoreInHalf("home", 2),
  toScoreInHalf("away", 1),
  toScoreInHalf("away", 2),
];
