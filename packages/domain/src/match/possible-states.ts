import type { Goal, Lineup, MatchState } from "./match-state.ts";
import { type Period, periodIndex } from "../events/period.ts";
import { addTo, type Pair, type Side } from "../events/side.ts";

/** More goals than this never await confirmation together; each doubles the number of outcomes to look at. */
const MOST_AWAITED = 4;

/**
 * What `state` may turn out to have been: with any of the goals that await confirmation taken back. All of them at
 * once is not enough to look at, for two goals of opposite sides level each other.
 * @returns undefined when so many are awaited that nothing can be said
 */
export function possibleStates(state: MatchState): readonly MatchState[] | undefined {
  const awaited = state.goals.filter(({ provisional }) => provisional);
  if (awaited.length > MOST_AWAITED) return undefined;
  const choices = Array.from({ length: 2 ** awaited.length - 1 }, (_unused, index) => index + 1);
  return choices.map((choice) => withoutGoals(state, new Set(awaited.filter((_goal, bit) => choice & (1 << bit)))));
}

function withoutGoals(state: MatchState, taken: ReadonlySet<Goal>): MatchState {
  const without = (score: Pair, counts: (period: Period) => boolean): Pair =>
    [...taken].filter(({ period }) => counts(period)).reduce((left, { side }) => addTo(left, side, -1), score);
  return {
    ...state,
    goals: state.goals.filter((goal) => !taken.has(goal)),
    lineups: { home: lineupWithout(state, "home", taken), away: lineupWithout(state, "away", taken) },
    score: without(state.score, (period) => periodIndex(period) < 2),
    halfTimeScore: state.halfTimeScore && without(state.halfTimeScore, (period) => period === "first_half"),
    extraTimeScore: without(state.extraTimeScore, (period) => periodIndex(period) >= 2),
  };
}

/** Who came on after a goal came on one goal earlier, once that goal is taken back. */
function lineupWithout({ lineups, goals }: MatchState, side: Side, taken: ReadonlySet<Goal>): Lineup | null {
  const lineup = lineups[side];
  if (!lineup) return null;
  const entered = lineup.entered.map((entry) => {
    const gone = goals.slice(0, entry.goalsBefore).filter((goal) => taken.has(goal)).length;
    return { ...entry, goalsBefore: entry.goalsBefore - gone };
  });
  return { ...lineup, entered };
}
