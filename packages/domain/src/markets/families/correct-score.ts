import { countMarket, type CatalogueMarket } from "../market.ts";
import type { CountPrimitiveId } from "../../dependencies/primitives/count-primitives.ts";

/** Scores priced one by one up to `most` goals a side; any other is `other`. */
function correctScore(
  id: string,
  name: string,
  category: CatalogueMarket["category"],
  primitive: CountPrimitiveId,
  most: number,
): CatalogueMarket {
  const size = most + 1;
  const scores = Array.from({ length: size * size }, (_unused, index) => `${Math.floor(index / size)}_${index % size}`);
  return countMarket({
    id,
    name,
    category,
    outcomes: [...scores, "other"],
    aliases: id === "correct_score" ? Object.fromEntries(SEED_SCORES.map((score) => [score, `cs_${score}`])) : {},
    primitive,
    lines: [(home, away) => (home > most || away > most ? scores.length : home * size + away)],
  });
}

/** The ten scores that the earlier system priced. */
const SEED_SCORES = ["0_0", "1_0", "0_1", "1_1", "2_0", "0_2", "2_1", "1_2", "2_2", "3_1"];

export const correctScoreMarkets: readonly CatalogueMarket[] = [
  correctScore("correct_score", "Correct score", "correct_score", "full_time_score", 4),
  correctScore("half_time_correct_score", "Half-time correct score", "correct_score", "first_half_score", 2),
  correctScore("second_half_correct_score", "Second-half correct score", "correct_score", "second_half_score", 2),
];
