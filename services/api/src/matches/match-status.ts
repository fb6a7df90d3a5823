import type { MatchStatus } from "@touchline/contract";
import { isInPlay, isPlayOver, type MatchState } from "@touchline/domain";

/** The status of a match in lists. A postponed one is `upcoming`, an abandoned one `ended`. */
export function matchStatusOf(state: MatchState): MatchStatus {
  if (isPlayOver(state) || state.halted === "abandoned") return "ended";
  return isInPlay(state) ? "live" : "upcoming";
}
