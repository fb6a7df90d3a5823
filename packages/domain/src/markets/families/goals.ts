import { type CountLine, countMarket, type CatalogueMarket, NO_WINNER, yesNo } from "../market.ts";
import { sum, totals } from "./totals.ts";

const primitive = "full_time_score";

/** Index of the band that holds `total`; the last band is open above. */
export function bandOf(starts: readonly number[], counted: (home: number, away: number) => number = sum): CountLine {
  return (home, away) => starts.findLastIndex((start) => counted(home, away) >= start);
}

const SEED_TOTALS: ReadonlySet<number> = new Set([0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);

/** Ranges of UOF's multigoals; a total may lie in several, and each then wins. */
const MULTIGOALS = [
  [1, 2],
  [1, 3],
  [1, 4],
  [2, 3],
  [2, 4],
  [2, 5],
  [3, 4],
  [3, 5],
  [4, 6],
] as const;

/** How many goals the match has. */
export const goalMarkets: readonly CatalogueMarket[] = [
  ...totals({
    prefix: "over_under",
    name: "Goals",
    category: "goals",
    primitive,
    lines: [0.5, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.5, 5.5, 6.5],
    alias: (outcome, line) => (SEED_TOTALS.has(line) ? `${outcome}_${line}` : undefined),
  }),
  countMarket({
    id: "both_teams_to_score",
    name: "Both teams to score",
    category: "goals",
    outcomes: ["yes", "no"],
    aliases: { yes: "btts_yes", no: "btts_no" },
    primitive,
    lines: [yesNo((home, away) => home > 0 && away > 0)],
  }),
  countMarket({
    id: "odd_even",
    name: "Odd or even goals",
    category: "goals",
    outcomes: ["odd", "even"],
    aliases: { odd: "odd_goals", even: "even_goals" },
    primitive,
    lines: [yesNo((home, away) => sum(home, away) % 2 === 1)],
  }),
  countMarket({
    id: "goal_range",
    name: "Goal range",
    category: "goals",
    outcomes: ["0_1", "2_3", "4_5", "6_plus"],
    aliases: { "0_1": "goals_0_1", "2_3": "goals_2_3", "4_5": "goals_4_5", "6_plus": "goals_6_plus" },
    primitive,
    lines: [bandOf([0, 2, 4, 6])],
  }),
  countMarket({
    id: "exact_goals",
    name: "Exact goals",
    category: "goals",
    outcomes: ["0", "1", "2", "3", "4", "5_plus"],
    aliases: {
      "0": "exactly_0_goals",
      "1": "exactly_1_goal",
      "2": "exactly_2_goals",
      "3": "exactly_3_goals",
      "4": "exactly_4_goals",
      "5_plus": "goals_5_plus",
    },
    primitive,
    lines: [bandOf([0, 1, 2, 3, 4, 5])],
  }),
  countMarket({
    id: "which_team_scores",
    name: "Which team scores",
    category: "goals",
    outcomes: ["both", "home_only", "away_only", "none"],
    primitive,
    lines: [(home, away) => (home > 0 ? (away > 0 ? 0 : 1) : away > 0 ? 2 : 3)],
  }),
  countMarket({
    id: "multigoals",
    name: "Multigoals",
    category: "goals",
    outcomes: [...MULTIGOALS.map(([from, to]) => `${from}_${to}`), "7_plus"],
    winners: "overlapping",
    primitive,
    lines: [
      ...MULTIGOALS.map(
        ([from, to], index): CountLine =>
          (home, away) =>
            sum(home, away) >= from && sum(home, away) <= to ? index : NO_WINNER,
      ),
      (home, away) => (sum(home, away) >= 7 ? MULTIGOALS.length : NO_WINNER),
    ],
  }),
];
