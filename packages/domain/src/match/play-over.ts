import type { MatchState } from "./match-state.ts";

/** Nothing more will be played, however it ended: late words of what was played may still come. */
export function isPlayOver(state: MatchState): boolean {
  return state.over || isPlayedOut(state);
}

/**
 * The match was played to its end, whether or not a final whistle was reported: the second half of a league match has
 * ended, or extra time has found a winner.
 */
export function isPlayedOut(state: MatchState): boolean {
  const { playedOut, clock, periodsPlayed, fixture, score, extraTimeScore, extraTimePlayed } = state;
  if (playedOut) return true;
  if (clock !== null || periodsPlayed < 2 || !fixture) return false;
  if (!fixture.knockout && !extraTimePlayed) return true;
  const level = score.home === score.away && extraTimeScore.home === extraTimeScore.away;
  // Between the halves of extra time nothing is decided.
  return periodsPlayed !== 3 && (periodsPlayed > 4 || !level);
}
