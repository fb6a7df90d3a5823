import type { MatchState } from "./match-state.ts";

/**
 * Nothing is left to play, whether or not a final whistle was told: the second half of a league match has ended, or
 * extra time has found a winner. Late words of what was played may still come.
 */
export function isPlayOver(state: MatchState): boolean {
  const { over, clock, periodsPlayed, fixture, score, extraTimeScore, extraTimePlayed } = state;
  if (over) return true;
  if (clock !== null || periodsPlayed < 2 || !fixture) return false;
  if (!fixture.knockout && !extraTimePlayed) return true;
  const level = score.home === score.away && extraTimeScore.home === extraTimeScore.away;
  // Between the halves of extra time nothing is decided.
  return periodsPlayed !== 3 && (periodsPlayed > 4 || !level);
}
