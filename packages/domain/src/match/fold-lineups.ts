import { type MatchEvent, sideOf } from "../events/event.ts";
import type { Lineup, MatchState } from "./match-state.ts";
import type { Side } from "../events/side.ts";
import { union } from "./sorted-union.ts";

/** A team sheet, and what has become of it: one that is reported again during the match undoes no substitution. */
export function newLineup(
  starters: Lineup["starters"],
  bench: Lineup["bench"],
  before: Pick<Lineup, "left" | "entered" | "unnamed"> | null = null,
): Lineup {
  const { left, entered, unnamed } = before ?? { left: [], entered: [], unnamed: 0 };
  const came = entered.map(({ player }) => player);
  const onPitch = union([], [...starters.map(({ id }) => id), ...came]).filter((player) => !left.includes(player));
  return { starters, bench, onPitch, left, entered, ...(unnamed ? { unnamed } : {}) };
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

export function makeUnavailable(state: MatchState, event: MatchEvent): MatchState {
  if (event.player === undefined) return state;
  const side = sideOf(event);
  return {
    ...state,
    unavailable: { ...state.unavailable, [side]: union(state.unavailable[side], [event.player]) },
  };
}
