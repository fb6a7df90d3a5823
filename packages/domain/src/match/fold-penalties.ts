import { type MatchEvent, sideOf } from "../events/event.ts";
import { isOfRegularTime } from "./fold-counts.ts";
import { kick } from "./fold-kicks.ts";
import { currentPeriod } from "./fold-periods.ts";
import type { MatchState } from "./match-state.ts";

/** In a shoot-out a kick is due anyway. */
export function awardPenalty(state: MatchState, event: MatchEvent): MatchState {
  if (isInShootOut(state, event)) return state;
  const penaltiesAwarded = state.penaltiesAwarded + (isOfRegularTime(state, event) ? 1 : 0);
  return { ...state, penaltiesAwarded, penaltyPending: sideOf(event) };
}

/** A penalty is taken. In a shoot-out that is one of its kicks. */
export function takePenalty(state: MatchState, event: MatchEvent, scored: boolean): MatchState {
  if (isInShootOut(state, event)) return kick(state, event, scored);
  // A feed may tell only that a penalty was taken; then it was given as well.
  return { ...(state.penaltyPending ? state : awardPenalty(state, event)), penaltyPending: null };
}

function isInShootOut(state: MatchState, { period }: MatchEvent): boolean {
  return (period ?? currentPeriod(state)) === "shoot_out";
}
