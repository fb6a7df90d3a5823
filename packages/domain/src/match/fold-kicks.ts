import { type MatchEvent, sideOf } from "../events/event.ts";
import type { Kick, MatchState } from "./match-state.ts";
import { addTo } from "../events/side.ts";

/**
 * Counts a kick of a shoot-out, by whatever type a feed reports it: a kick, a goal, a penalty taken or missed. The
 * last one reported again under another type (taken, and then a goal) is one kick.
 */
export function kick(state: MatchState, event: MatchEvent, scored: boolean): MatchState {
  const reported: Kick = { side: sideOf(event), player: event.player ?? null, scored, types: [event.type] };
  const last = state.lastKick;
  if (last && isSameKick(last, reported))
    return {
      ...state,
      lastKick: { ...last, player: last.player ?? reported.player, types: [...last.types, event.type] },
    };
  const { taken, scored: before } = state.shootOut;
  const shootOut = { taken: addTo(taken, reported.side), scored: addTo(before, reported.side, scored ? 1 : 0) };
  return { ...state, lastKick: reported, shootOut };
}

function isSameKick(last: Kick, reported: Kick): boolean {
  const samePlayer = last.player === reported.player || last.player === null || reported.player === null;
  const anotherType = reported.types.every((type) => !last.types.includes(type));
  return last.side === reported.side && last.scored === reported.scored && samePlayer && anotherType;
}
