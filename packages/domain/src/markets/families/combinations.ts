import { countMarket, type CatalogueMarket } from "../market.ts";
import { resultOf, RESULTS } from "./result.ts";

type Test = readonly [outcomes: readonly [string, string], holds: (home: number, away: number) => boolean];

const bothScore: Test = [["both_score", "not_both_score"], (home, away) => home > 0 && away > 0];
const over = (line: number): Test => [
  [`over_${line}`, `under_${line}`].map((id) => id.replace(".", "_")) as [string, string],
  (home, away) => home + away > line,
];

function resultAnd(id: string, name: string, [names, holds]: Test): CatalogueMarket {
  return countMarket({
    id: `result_and_${id}`,
    name: `Result and ${name}`,
    category: "combination",
    outcomes: RESULTS.flatMap((result) => names.map((outcome) => `${result}_${outcome}`)),
    primitive: "full_time_score",
    lines: [(home, away) => resultOf(home, away) * 2 + (holds(home, away) ? 0 : 1)],
  });
}

/** Two questions about one final score, answered together. */
export const combinationMarkets: readonly CatalogueMarket[] = [
  resultAnd("over_under_1_5", "over/under 1.5", over(1.5)),
  resultAnd("over_under_2_5", "over/under 2.5", over(2.5)),
  resultAnd("over_under_3_5", "over/under 3.5", over(3.5)),
  resultAnd("both_teams_to_score", "both teams to score", bothScore),
  countMarket({
    id: "over_under_2_5_and_both_teams_to_score",
    name: "Over/under 2.5 and both teams to score",
    category: "combination",
    outcomes: ["over_both_score", "over_not_both_score", "under_both_score", "under_not_both_score"],
    primitive: "full_time_score",
    lines: [(home, away) => (home + away > 2.5 ? 0 : 2) + (home > 0 && away > 0 ? 0 : 1)],
  }),
];
