import type { Goal, MatchState } from "./match-state.ts";
import { type Period, periodIndex } from "./period.ts";
import { addTo, type Pair } from "./side.ts";

/** `state` as if the goals that await confirmation had not been given: what stands whatever becomes of them. */
export function confirmedState(state: MatchState): MatchState {
  const awaited = state.goals.filter(({ provisional }) => provisional);
  const without = (score: Pair, counts: (period: Period) => boolean): Pair =>
    awaited.filter(({ period }) => counts(period)).reduce((left, { side }: Goal) => addTo(left, side, -1), score);
  return {
    ...state,
    goals: state.goals.filter(({ provisional }) => !provisional),
    score: without(state.score, (period) => periodIndex(period) < 2),
    halfTimeScore: state.halfTimeScore && without(state.halfTimeScore, (period) => period === "first_half"),
    extraTimeScore: without(state.extraTimeScore, (period) => periodIndex(period) >= 2),
  };
}
