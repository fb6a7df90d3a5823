import { isInPlay, isPlayOver, type MatchState } from "@touchline/domain";

export const MATCH_STATUSES = ["live", "upcoming", "ended"] as const;
export type MatchStatus = (typeof MATCH_STATUSES)[number];

/** The status of a match in lists. A postponed one is `upcoming`, an abandoned one `ended`. */
export function matchStatusOf(state: MatchState): MatchStatus {
  if (isPlayOver(state) || state.halted === "abandoned") return "ended";
  return isInPlay(state) ? "live" : "upcoming";
}
