import type { FinalFacts, FinalGoal } from "./final-facts.ts";
import { type Expected, type Paid, RETURNED } from "./independent-bets.ts";

const byPlayer = ({ own }: FinalGoal): boolean => !own;

/** Who comes on after the first goal had no chance to score it. */
export function firstScorer({ goals, squad, playedByFirstGoal: played }: FinalFacts): Expected {
  const first = goals.find(byPlayer);
  if (first?.player === null) return "open";
  const paid = squad.map((player): [string, Paid] => [
    player,
    player === first?.player ? 1 : played.has(player) ? 0 : RETURNED,
  ]);
  const other = first && !squad.includes(first.player) ? 1 : 0;
  return { ...Object.fromEntries(paid), other, none: first ? 0 : 1 };
}

export function scorers({ goals, squad, played }: FinalFacts, least: number): Expected {
  const scored = goals.filter(byPlayer);
  if (scored.some(({ player }) => player === null)) return "open";
  return Object.fromEntries(
    squad.map((player): [string, Paid] => {
      const own = scored.filter((goal) => goal.player === player).length;
      return [player, own >= least ? 1 : played.has(player) ? 0 : RETURNED];
    }),
  );
}
