import { isInPlay, type MatchState } from "@touchline/domain";
import type { Urgency } from "@touchline/queue";

/** How soon a refresh of the match should run, next to those of other matches. */
export function urgencyOf(state: MatchState): Urgency {
  if (isInPlay(state)) return "live";
  return state.over ? "background" : "prematch";
}
