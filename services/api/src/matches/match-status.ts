import { isInPlay, isPlayOver, type MatchState } from "@touchline/domain";

export const MATCH_STATUSES = ["live", "upcoming", "ended"] as const;
export type MatchStatus = (typeof MATCH_STATUSES)[number];

/** Where a match stands in lists. A postponed one is still to come, an abandoned one has ended. */
export function matchStatusOf(state: MatchState): MatchStatus {
  if (isPlayOver(state) || state.halted === "abandoned") return "ended";
  return isInPlay(state) ? "live" : "upcoming";
}
