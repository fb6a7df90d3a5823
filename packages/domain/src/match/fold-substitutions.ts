import { type MatchEvent, sideOf } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import { isInMatch, withCardsOf } from "./fold-cards.ts";
import { takeOff } from "./fold-lineups.ts";
import { currentPeriod } from "./fold-periods.ts";
import type { Lineup, MatchState } from "./match-state.ts";
import type { Side } from "../events/side.ts";
import { union } from "./sorted-union.ts";

/** Either player may be unknown: then eleven play on all the same. */
export function substitute(state: MatchState, event: MatchEvent, payload: PayloadOf<"substitution">): MatchState {
  const side = sideOf(event);
  const { playerIn, playerOut } = payload;
  const replaced = playerOut === undefined ? state : backOnSheet(state, side, playerOut);
  const lineup = replaced.lineups[side];
  if (!lineup) return replaced;
  const without = playerOut ? takeOff(lineup, playerOut) : lineup;
  const lineups = { ...replaced.lineups, [side]: without };
  if (!playerIn)
    return { ...replaced, lineups: { ...lineups, [side]: { ...without, unnamed: (without.unnamed ?? 0) + 1 } } };
  const entry = { player: playerIn, goalsBefore: state.goals.length, period: event.period ?? currentPeriod(state) };
  // In an order of their own: two who come on in one minute must not change a fact by which is reported first.
  const entered = [...without.entered, entry].sort((a, b) => (a.player < b.player ? -1 : 1));
  const next = {
    ...replaced,
    lineups: { ...lineups, [side]: { ...without, onPitch: union(without.onPitch, [playerIn]), entered } },
    goalkeepers: takesOver(lineup, state.goalkeepers[side], payload)
      ? { ...state.goalkeepers, [side]: playerIn }
      : state.goalkeepers,
  };
  return withCardsOf(next, event, playerIn);
}

/** Who comes on keeps goal if the keeper makes room for him, or if he is a keeper and the goal is empty. */
function takesOver(
  { starters, bench, onPitch }: Lineup,
  keeper: string | null,
  { playerIn, playerOut }: PayloadOf<"substitution">,
): boolean {
  if (keeper === null) return false;
  if (keeper === playerOut) return true;
  const position = [...starters, ...bench].find(({ id }) => id === playerIn)?.position;
  return position === "GK" && !onPitch.includes(keeper);
}

/** A player leaves the pitch and nobody comes for him. Who is not on it cannot leave it. */
export function leavePitch(state: MatchState, event: MatchEvent): MatchState {
  const side = sideOf(event);
  const { player } = event;
  const off = state.off[side];
  if (off.length >= MOST_OFF) return state;
  if (player === undefined) return { ...state, off: { ...state.off, [side]: ["", ...off] } };
  if (off.includes(player) || !isInMatch(state, side, player)) return state;
  const lineup = state.lineups[side];
  return {
    ...state,
    off: { ...state.off, [side]: [...off, player].sort() },
    lineups: { ...state.lineups, [side]: lineup && withoutOnPitch(lineup, player) },
  };
}

/** No side has more players. */
const MOST_OFF = 11;

function withoutOnPitch(lineup: Lineup, player: string): Lineup {
  return { ...lineup, onPitch: lineup.onPitch.filter((id) => id !== player) };
}

/** Back on the pitch: the player who is named, or one who left it unnamed, or the only one who is off. */
export function returnToPitch(state: MatchState, event: MatchEvent): MatchState {
  const side = sideOf(event);
  const off = state.off[side];
  const candidates = [event.player, "", event.player === undefined && off.length === 1 ? off[0] : undefined];
  const back = candidates.find((id) => id !== undefined && off.includes(id));
  return back === undefined ? state : backOnSheet(state, side, back);
}

/** `state` with a player who was off on the pitch again. */
function backOnSheet(state: MatchState, side: Side, player: string): MatchState {
  const off = state.off[side];
  const index = off.indexOf(player);
  if (index < 0) return state;
  const lineup = state.lineups[side];
  const onPitch = lineup && player !== "" ? { ...lineup, onPitch: union(lineup.onPitch, [player]) } : lineup;
  return {
    ...state,
    off: { ...state.off, [side]: off.toSpliced(index, 1) },
    lineups: { ...state.lineups, [side]: onPitch },
  };
}
