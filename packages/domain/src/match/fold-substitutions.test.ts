import { describe, expect, it } from "vitest";
import { MatchEvent } from "../events/event.ts";
import { changedFacts } from "../dependencies/facts.ts";
import type { MatchState } from "./match-state.ts";
import { first, HOME, kickOff, lineups, stateOf } from "../testing/example-events.ts";

const by = (player: string) => ({ ...HOME, player });
const onPitch = ({ lineups: { home } }: MatchState): number => home?.onPitch.length ?? 0;

describe("a substitution", () => {
  it("without the player who comes on, or the one who leaves, halts nothing", () => {
    const reported = (payload: object) => first(60, "substitution", { ...HOME, payload: { ...payload } });
    for (const payload of [{ playerIn: null, playerOut: "h4" }, { playerIn: "h14", playerOut: null }, {}])
      expect(MatchEvent.safeParse({ ...reported(payload) }).error).toBeUndefined();
    const state = stateOf(...lineups(), kickOff(), reported({ playerIn: null, playerOut: "h4" }));
    expect(state.lineups.home).toMatchObject({ left: ["h4"], unnamed: 1 });
    expect(state.off.home).toEqual([]);
  });
});

describe("a player who leaves the pitch without a replacement", () => {
  const off = first(10, "player_off", by("h4"));
  const before = stateOf(...lineups(), kickOff());

  it("leaves his side one player short, without a card", () => {
    const state = stateOf(...lineups(), kickOff(), off);
    expect(changedFacts(before, state)).toEqual(expect.arrayContaining(["players_off", "lineup.home"]));
    expect([onPitch(state), state.redCards.home, state.counts.cards.home]).toEqual([10, 0, 0]);
    expect(state.lineups.home?.left).toEqual([]);
  });

  it("restores the state when he is back", () => {
    for (const back of [first(14, "player_on", by("h4")), first(14, "player_on", HOME)])
      expect(changedFacts(before, stateOf(...lineups(), kickOff(), off, back))).toEqual([]);
  });

  it("may be unknown to the feed by name", () => {
    const unnamed = first(60, "player_off", HOME);
    expect(stateOf(kickOff(), unnamed).off.home).toEqual([""]);
    for (const back of [first(64, "player_on", HOME), first(64, "player_on", by("h4"))])
      expect(stateOf(kickOff(), unnamed, back).off.home).toEqual([]);
  });

  it("counts once, however often he is reported as off", () => {
    expect(stateOf(...lineups(), kickOff(), off, first(61, "player_off", by("h4"))).off.home).toEqual(["h4"]);
  });

  it("may be replaced later or sent off, and still counts once", () => {
    const change = first(65, "substitution", { ...HOME, payload: { playerIn: "h14", playerOut: "h4" } });
    const replaced = stateOf(...lineups(), kickOff(), off, change);
    expect([replaced.off.home, onPitch(replaced), replaced.lineups.home?.left]).toEqual([[], 11, ["h4"]]);
    const sentOff = stateOf(...lineups(), kickOff(), off, first(65, "red_card", by("h4")));
    expect([sentOff.off.home, sentOff.redCards.home, onPitch(sentOff)]).toEqual([[], 1, 10]);
  });

  it("must have been on the pitch", () => {
    for (const player of ["h15", "coach"])
      expect(stateOf(...lineups(), kickOff(), first(60, "player_off", by(player))).off.home).toEqual([]);
  });
});
