import { type HalvesLine, countMarket, halvesMarket, type Market, yesNo } from "../market.ts";
import { resultOf } from "./result.ts";
import { totals } from "./totals.ts";

const RESULTS = ["home", "draw", "away"] as const;
const SEED_RESULTS = ["1", "x", "2"] as const;

const halfTimeFullTime = RESULTS.flatMap((half, i) =>
  RESULTS.map((full, j) => ({
    outcome: `${half}_${full}`,
    alias: `dr_${SEED_RESULTS[i]}_${SEED_RESULTS[j]}`,
  })),
);

function halves(id: string, name: string, holds: (...goals: Parameters<HalvesLine>) => boolean): Market {
  return halvesMarket({
    id,
    name,
    category: "halves",
    outcomes: ["yes", "no"],
    aliases: { yes: `${id}_yes`, no: `${id}_no` },
    primitive: "half_and_full",
    lines: [yesNo(holds)],
  });
}

function toScoreInHalf(side: "home" | "away", half: 1 | 2): Market {
  const id = `${side}_to_score_${half === 1 ? "first" : "second"}_half`;
  return countMarket({
    id,
    name: `${side === "home" ? "Home" : "Away"} team to score in half ${half}`,
    category: "halves",
    outcomes: ["yes", "no"],
    aliases: { yes: `${side}_to_score_${half}h` },
    primitive: half === 1 ? "first_half_score" : "second_half_score",
    lines: [yesNo((home, away) => (side === "home" ? home : away) > 0)],
  });
}

/** What happens in one half, or in both. */
export const halfMarkets: readonly Market[] = [
  countMarket({
    id: "half_time_result",
    name: "Half-time result",
    category: "halves",
    outcomes: RESULTS,
    aliases: { home: "ht_home_win", draw: "ht_draw", away: "ht_away_win" },
    primitive: "first_half_score",
    lines: [resultOf],
  }),
  ...totals({
    prefix: "half_time_over_under",
    name: "First-half goals",
    category: "halves",
    primitive: "first_half_score",
    lines: [0.5],
    alias: (outcome, line) => `ht_${outcome}_${String(line).replace(".", "")}`,
  }),
  countMarket({
    id: "half_time_both_teams_to_score",
    name: "Both teams to score in the first half",
    category: "halves",
    outcomes: ["yes", "no"],
    aliases: { yes: "ht_btts" },
    primitive: "first_half_score",
    lines: [yesNo((home, away) => home > 0 && away > 0)],
  }),
  halvesMarket({
    id: "half_time_full_time",
    name: "Half-time and full-time result",
    category: "halves",
    outcomes: halfTimeFullTime.map(({ outcome }) => outcome),
    aliases: Object.fromEntries(halfTimeFullTime.map(({ outcome, alias }) => [outcome, alias])),
    primitive: "half_and_full",
    lines: [(home1, away1, home2, away2) => resultOf(home1, away1) * 3 + resultOf(home1 + home2, away1 + away2)],
  }),
  halves("btts_both_halves", "Both teams to score in both halves", (h1, a1, h2, a2) => Math.min(h1, a1, h2, a2) > 0),
  halves("score_both_halves", "A goal in both halves", (h1, a1, h2, a2) => h1 + a1 > 0 && h2 + a2 > 0),
  toScoreInHalf("home", 1),
  toScoreInHalf("home", 2),
  toScoreInHalf("away", 1),
  toScoreInHalf("away", 2),
];
