import { countMarket, type Market } from "../market.ts";

/** The ten scores that the earlier system priced, first of all; `other` makes the market complete. */
const SCORES: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
  [2, 0],
  [0, 2],
  [2, 1],
  [1, 2],
  [2, 2],
  [3, 1],
];

const ids = SCORES.map(([home, away]) => `${home}_${away}`);

export const correctScoreMarkets: readonly Market[] = [
  countMarket({
    id: "correct_score",
    name: "Correct score",
    category: "correct_score",
    outcomes: [...ids, "other"],
    aliases: Object.fromEntries(ids.map((id) => [id, `cs_${id}`])),
    primitive: "full_time_score",
    lines: [
      (home, away) => {
        const index = SCORES.findIndex(([h, a]) => h === home && a === away);
        return index < 0 ? SCORES.length : index;
      },
    ],
  }),
];
