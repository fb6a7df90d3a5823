import { describe, expect, it } from "vitest";
import type { MatchEvent } from "../events/event.ts";
import { findMarket } from "./catalogue.ts";
import { settlementOf } from "./settlement.ts";
import type { OutcomeResult } from "./outcome-result.ts";
import {
  AWAY,
  endOf,
  first,
  fixture,
  fullTime,
  halfTime,
  happening,
  HOME,
  kickOff,
  lineups,
  play,
  second,
  secondHalf,
  stateOf,
} from "../testing/example-events.ts";

// One test for each rule of docs/settlement-rules.md, under the rule's name.

const match = (...events: readonly MatchEvent[]) => stateOf(fixture(), ...lineups(), kickOff(), ...events);
const whole = (firstHalf: readonly MatchEvent[], secondHalfEvents: readonly MatchEvent[] = []) =>
  match(...firstHalf, halfTime(), secondHalf(), ...secondHalfEvents, endOf("second_half"), fullTime());
const resultsOf = (id: string, state: ReturnType<typeof match>): Readonly<Record<string, OutcomeResult>> | undefined =>
  settlementOf(findMarket(id)!, state)?.grades;
const by = (player: string, side: { readonly team: "home" | "away" } = HOME) => ({ ...side, player });
const goal = (minute: number, player: string, kind = "open_play") =>
  first(minute, "goal", { ...by(player), payload: { kind } });
const comesOn = (playerIn: string) => second(60, "substitution", { ...HOME, payload: { playerIn, playerOut: "h2" } });

describe("rule of settlement", () => {
  it("goals: regular time and its stoppage count, extra time and shoot-out do not", () => {
    const tie = stateOf(
      fixture({ knockout: true }),
      ...lineups(),
      kickOff(),
      goal(46, "h9"),
      halfTime(),
      secondHalf(),
      second(93, "goal", by("a9", AWAY)),
      endOf("second_half"),
      play("extra_first_half", 95, "goal", by("h9")),
    );
    expect(resultsOf("match_result", tie)?.["draw"]).toBe("won");
    expect(resultsOf("over_under_2_5", tie)?.["under"]).toBe("won");
  });

  it("own goals: count for the side that gains them, and for no scorer", () => {
    const state = whole([goal(10, "a4", "own_goal")]);
    expect(resultsOf("match_result", state)?.["home"]).toBe("won");
    expect(resultsOf("first_goal", state)?.["home"]).toBe("won");
    expect(resultsOf("anytime_scorer", state)?.["a4"]).toBe("lost");
    expect(resultsOf("first_scorer", state)).toMatchObject({ a4: "lost", none: "won" });
  });

  it("first scorer: void for who was not on the pitch by the first goal", () => {
    expect(resultsOf("first_scorer", whole([goal(10, "h9")], [comesOn("h14")]))?.["h14"]).toBe("void");
  });

  it("anytime scorer: a bet on a substitute stands once he has come on, and is void if he never does", () => {
    const results = resultsOf("anytime_scorer", whole([], [comesOn("h14"), second(80, "goal", by("h14"))]));
    expect(results).toMatchObject({ h14: "won", h2: "lost", h15: "void" });
  });

  it("a scorer on no team sheet: wins for nobody but the outcome other", () => {
    const state = whole([goal(10, "nobody-knows")]);
    expect(resultsOf("first_scorer", state)).toMatchObject({ other: "won", none: "lost", h9: "lost" });
    expect(resultsOf("anytime_scorer", state)?.["h9"]).toBe("lost");
  });

  it("next goal: each goal pays under its number", () => {
    expect(resultsOf("goal_2", match(goal(10, "h9"), goal(20, "h9")))?.["home"]).toBe("won");
  });

  it("cards: a yellow, a second yellow and a straight red are one each", () => {
    const state = whole([
      first(10, "yellow_card", by("h4")),
      first(20, "second_yellow_card", by("h4")),
      first(30, "red_card", by("a4", AWAY)),
    ]);
    expect(resultsOf("cards_over_under_2_5", state)?.["over"]).toBe("won");
    expect(resultsOf("cards_over_under_3_5", state)?.["under"]).toBe("won");
    expect(resultsOf("red_card_shown", state)?.["yes"]).toBe("won");
  });

  it("cards to people who are not on the pitch: do not count", () => {
    const state = whole(
      [first(10, "yellow_card", { ...HOME, payload: { shownTo: "staff" } }), first(12, "red_card", by("h15"))],
      [comesOn("h14"), second(70, "yellow_card", by("h2"))],
    );
    expect(state.counts.cards).toEqual({ home: 0, away: 0 });
    expect(resultsOf("red_card_shown", state)?.["no"]).toBe("won");
  });

  it("a card in the break: counts for the first half", () => {
    const shown = happening("yellow_card", 52, by("h4"));
    const state = match(halfTime(), shown, secondHalf(), endOf("second_half"), fullTime());
    expect(state.halfTimeCounts?.cards).toEqual({ home: 1, away: 0 });
    expect(state.counts.cards).toEqual({ home: 1, away: 0 });
  });

  it("a card after the whistle: counts for nothing", () => {
    const state = match(
      halfTime(),
      secondHalf(),
      endOf("second_half"),
      fullTime(),
      happening("red_card", 115, by("h4")),
    );
    expect(state.counts.cards).toEqual({ home: 0, away: 0 });
    expect(resultsOf("red_card_shown", state)?.["no"]).toBe("won");
  });

  it("corners: as the feed reports them, taken or awarded", () => {
    expect(whole([first(10, "corner", HOME)], [second(92, "corner", AWAY)]).counts.corners).toEqual({
      home: 1,
      away: 1,
    });
  });

  it("penalties: awarded, whether or not they are taken", () => {
    const state = whole([first(10, "penalty_awarded", HOME)]);
    expect(resultsOf("penalty_awarded", state)?.["yes"]).toBe("won");
  });

  it("an abandoned match: what play had decided stands, and the rest is void once its feed has closed it", () => {
    const state = match(goal(10, "h9"), happening("abandoned", 30), happening("full_time", 40));
    expect(resultsOf("over_under_0_5", state)?.["over"]).toBe("won");
    expect(resultsOf("match_result", state)?.["home"]).toBe("void");
    expect(resultsOf("goal_2", state)?.["home"]).toBe("void");
  });

  it("a postponed match: is void once it is said to be", () => {
    const postponed = [fixture(), ...lineups(), happening("postponed", -10)];
    expect(resultsOf("match_result", stateOf(...postponed))).toBeUndefined();
    expect(resultsOf("match_result", stateOf(...postponed, happening("void", 60)))?.["home"]).toBe("void");
  });

  it("an awarded result: decides who goes through, and makes void what play had not decided", () => {
    const payload = { score: { home: 3, away: 0 } };
    const state = stateOf(fixture({ knockout: true }), ...lineups(), kickOff(), happening("awarded", 30, { payload }));
    expect(resultsOf("to_qualify", state)?.["home"]).toBe("won");
    expect(resultsOf("match_result", state)?.["home"]).toBe("void");
  });
});
