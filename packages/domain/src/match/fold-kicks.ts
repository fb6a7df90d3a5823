import { type MatchEvent, sideOf } from "../events/event.ts";
import type { Kick, MatchState } from "./match-state.ts";
import { addTo } from "../events/side.ts";

/**
 * Counts a kick of a shoot-out, by whatever type a feed tells of it: a kick, a goal, a penalty taken or missed. The last
 * one told again under another type (taken, and then a goal) is one kick.
 */
export function kick(state: MatchState, event: MatchEvent, scored: boolean): MatchState {
  const told: Kick = { side: sideOf(event), player: event.player ?? null, scored, types: [event.type] };
  const last = state.lastKick;
  if (last && isSameKick(last, told))
    return { ...state, lastKick: { ...last, player: last.player ?? told.player, types: [...last.types, event.type] } };
  const { taken, scored: before } = state.shootOut;
  const shootOut = { taken: addTo(taken, told.side), scored: addTo(before, told.side, scored ? 1 : 0) };
  return { ...state, lastKick: told, shootOut };
}

function isSameKick(last: Kick, told: Kick): boolean {
  const samePlayer = last.player === told.player || last.player === null || told.player === null;
  const anotherType = told.types.every((type) => !last.types.includes(type));
  return last.side === told.side && last.scored === told.scored && samePlayer && anotherType;
}
