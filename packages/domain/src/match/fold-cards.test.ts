import { describe, expect, it } from "vitest";
import type { MatchEvent } from "../events/event.ts";
import { changedFacts } from "../dependencies/facts.ts";
import type { MatchState } from "./match-state.ts";
import { randomFrom, scattered } from "../testing/random-source.ts";
import { AWAY, first, halfTime, happening, HOME, kickOff, lineup, lineups } from "../testing/example-events.ts";
import { play, second, secondHalf, stateOf } from "../testing/example-events.ts";

const by = (player: string) => ({ ...HOME, player });
const cards = ({ redCards, yellowCards, counts }: MatchState) => [redCards.home, yellowCards.home, counts.cards.home];

/** The state after these events, in any order and repeated: it must be the same. */
function stateAfter(...events: MatchEvent[]): MatchState {
  const state = stateOf(...events);
  for (const seed of [1, 2, 3]) expect(stateOf(...scattered(events, randomFrom(seed)))).toEqual(state);
  return state;
}

describe("one dismissal reported twice", () => {
  const secondYellow = first(30, "second_yellow_card", by("h5"));
  const red = first(30, "red_card", by("h5"));

  it.each([
    ["with team sheets", lineups()],
    ["without", []],
  ])(
    "as a second yellow card and as a red one is one sending-off and one card, in either order (%s)",
    (_what, sheets) => {
      const later = first(31, "red_card", by("h5"));
      const earlier = first(29, "red_card", by("h5"));
      for (const card of [red, later, earlier])
        expect(cards(stateAfter(...sheets, kickOff(), secondYellow, card))).toEqual([1, 0, 1]);
    },
  );

  it("is not counted again for any card that follows", () => {
    const state = stateAfter(...lineups(), kickOff(), red, first(44, "yellow_card", by("h5")));
    expect(cards(state)).toEqual([1, 0, 1]);
    expect(state.dismissed).toEqual({ home: ["h5"], away: [] });
  });

  it("is two dismissals when the players differ or are unknown", () => {
    expect(cards(stateAfter(kickOff(), red, first(30, "red_card", by("h6"))))).toEqual([2, 0, 2]);
    expect(cards(stateAfter(kickOff(), first(30, "red_card", HOME), first(30, "second_yellow_card", HOME)))).toEqual([
      2, 0, 2,
    ]);
  });

  it("is counted beside the first booking of the same minute, whichever is reported first", () => {
    expect(cards(stateAfter(kickOff(), first(30, "yellow_card", by("h5")), secondYellow))).toEqual([1, 1, 2]);
  });
});

describe("a card for somebody who is not on the pitch", () => {
  const change = first(20, "substitution", { ...HOME, payload: { playerIn: "h14", playerOut: "h4" } });

  it.each([
    ["an unused substitute", by("h15")],
    ["a replaced player", by("h4")],
    ["somebody on no team sheet", by("coach")],
    ["a coach, as its feed says", { ...HOME, payload: { shownTo: "staff" } }],
  ])("sends nobody off and is not counted: %s", (_who, details) => {
    const before = stateOf(...lineups(), kickOff(), change);
    for (const type of ["yellow_card", "second_yellow_card", "red_card"]) {
      const state = stateAfter(...lineups(), kickOff(), change, first(29, type, details));
      expect(changedFacts(before, state)).toEqual([]);
    }
  });

  it("is counted when no team sheet rules it out", () => {
    expect(cards(stateAfter(kickOff(), first(30, "red_card", by("h15"))))).toEqual([1, 0, 1]);
    const part = happening("lineup_confirmed", -60, { ...HOME, payload: { starters: [{ id: "h1" }], bench: [] } });
    expect(cards(stateAfter(part, kickOff(), first(30, "red_card", by("h9"))))).toEqual([1, 0, 1]);
  });

  it("is counted when he may be the substitute whose name was not reported", () => {
    const unnamed = first(20, "substitution", { ...HOME, payload: { playerOut: "h4" } });
    expect(cards(stateAfter(...lineups(), kickOff(), unnamed, first(30, "red_card", by("h15"))))).toEqual([1, 0, 1]);
    expect(cards(stateAfter(...lineups(), kickOff(), unnamed, first(30, "red_card", by("h4"))))).toEqual([0, 0, 0]);
  });

  it("is counted for a substitute from the minute in which he comes on, reported before or after", () => {
    const early = first(20, "yellow_card", { ...by("h14"), second: 5 });
    expect(cards(stateAfter(...lineups(), kickOff(), early, change))).toEqual([0, 1, 1]);
    expect(cards(stateAfter(...lineups(), kickOff(), first(19, "yellow_card", by("h14")), change))).toEqual([0, 0, 0]);
    const dismissed = stateAfter(...lineups(), kickOff(), first(20, "red_card", { ...by("h14"), second: 5 }), change);
    expect(cards(dismissed)).toEqual([1, 0, 1]);
    expect(dismissed.lineups.home?.onPitch).not.toContain("h14");
  });

  it("is counted for a player who is replaced in the same minute", () => {
    expect(cards(stateAfter(...lineups(), kickOff(), change, first(20, "yellow_card", by("h4"))))).toEqual([0, 1, 1]);
  });

  it("is judged by the team sheet, however late the sheet is reported", () => {
    const late = { ...lineup("home"), occurredAt: second(80, "corner", AWAY).occurredAt };
    expect(cards(stateAfter(late, kickOff(), first(30, "red_card", by("h15"))))).toEqual([0, 0, 0]);
  });

  it("in extra time or a shoot-out counts for no card market", () => {
    const state = stateAfter(
      ...lineups(),
      kickOff(),
      halfTime(),
      secondHalf(),
      play("shoot_out", 120, "red_card", by("h5")),
    );
    expect(cards(state)).toEqual([1, 0, 0]);
  });
});
