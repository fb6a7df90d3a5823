import { type MatchEvent, sideOf } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import { currentPeriod } from "./fold-periods.ts";
import type { Lineup, MatchState } from "./match-state.ts";
import type { Side } from "../events/side.ts";
import { union } from "./sorted-union.ts";

/** A team sheet, and what has become of it: one that is told again in mid-match takes no substitution back. */
export function newLineup(
  starters: Lineup["starters"],
  bench: Lineup["bench"],
  before: Pick<Lineup, "left" | "entered"> | null = null,
): Lineup {
  const { left, entered } = before ?? { left: [], entered: [] };
  const came = entered.map(({ player }) => player);
  const onPitch = union([], [...starters.map(({ id }) => id), ...came]).filter((player) => !left.includes(player));
  return { starters, bench, onPitch, left, entered };
}

export function withLineup(state: MatchState, side: Side, lineup: Lineup): MatchState {
  const keeper = lineup.starters.find((player) => player.position === "GK" && lineup.onPitch.includes(player.id));
  return {
    ...state,
    lineups: { ...state.lineups, [side]: lineup },
    goalkeepers: { ...state.goalkeepers, [side]: keeper?.id ?? state.goalkeepers[side] },
  };
}

export function takeOff(lineup: Lineup, player: string): Lineup {
  if (!lineup.onPitch.includes(player)) return lineup;
  return {
    ...lineup,
    onPitch: lineup.onPitch.filter((id) => id !== player),
    left: union(lineup.left, [player]),
  };
}

export function substitute(state: MatchState, event: MatchEvent, payload: PayloadOf<"substitution">): MatchState {
  const side = sideOf(event);
  const lineup = state.lineups[side];
  if (!lineup) return state;
  const { playerIn, playerOut } = payload;
  const without = playerOut ? takeOff(lineup, playerOut) : lineup;
  const lineups = { ...state.lineups, [side]: without };
  if (!playerIn) return { ...state, lineups };
  const entry = { player: playerIn, goalsBefore: state.goals.length, period: event.period ?? currentPeriod(state) };
  // In an order of their own: two who come on in one minute must not change a fact by who is told of first.
  const entered = [...without.entered, entry].sort((a, b) => (a.player < b.player ? -1 : 1));
  return {
    ...state,
    lineups: { ...lineups, [side]: { ...without, onPitch: union(without.onPitch, [playerIn]), entered } },
    goalkeepers: takesOver(lineup, state.goalkeepers[side], payload)
      ? { ...state.goalkeepers, [side]: playerIn }
      : state.goalkeepers,
  };
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

export function makeUnavailable(state: MatchState, event: MatchEvent): MatchState {
  if (event.player === undefined) return state;
  const side = sideOf(event);
  return {
    ...state,
    unavailable: { ...state.unavailable, [side]: union(state.unavailable[side], [event.player]) },
  };
}
