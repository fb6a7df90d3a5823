import { hasBegun } from "../match/clock.ts";
import type { MatchState } from "../match/match-state.ts";
import { isPlayOver } from "../match/play-over.ts";

/** Where a match stands, as coarsely as figures about many matches need it. */
export const MATCH_PHASES = ["before", "play", "break", "over"] as const;
export type MatchPhase = (typeof MATCH_PHASES)[number];

/** `break`: play has begun, is not over, and the clock stands. */
export function matchPhaseOf(state: MatchState): MatchPhase {
  if (isPlayOver(state)) return "over";
  if (!hasBegun(state)) return "before";
  return state.clock === null ? "break" : "play";
}
