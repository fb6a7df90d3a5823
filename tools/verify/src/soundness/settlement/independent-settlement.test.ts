import { CATALOGUE, type MatchEvent } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { finalFactsOf } from "./final-facts.ts";
import { expectedSettlement } from "./independent-settlement.ts";
import { bundledMatches } from "../testing/bundled-matches.ts";

/** Southampton 3-2 West Ham: 11' 1-0, 38' 2-0 (penalty), 44' 2-1, 73' 2-2, 92' 3-2 (penalty). */
const southampton = bundledMatches().find(({ file }) => file.includes("southampton"))?.events ?? [];
const facts = finalFactsOf(southampton);

describe("final facts", () => {
  it("are counted from the events of a real match", () => {
    expect(facts.fullTime).toEqual([3, 2]);
    expect(facts.firstHalf).toEqual([2, 1]);
    expect(facts.secondHalf).toEqual([1, 1]);
    expect(facts.corners).toEqual([7, 2]);
    expect(facts.penalties).toBe(2);
    expect(facts.reds).toBe(1);
    expect(facts.extraTime).toBeUndefined();
    expect(facts.contradictions).toEqual([]);
  });

  it("notice a final whistle that says something else", () => {
    const missing = southampton.filter(({ type }: MatchEvent) => type !== "corner");
    expect(finalFactsOf(missing).contradictions).toEqual(["corners 7-2, events 0-0"]);
  });

  it("leave out goals that were not given", () => {
    const disallowed = southampton.map((event) =>
      event.type === "goal" ? { ...event, payload: { ...event.payload, confirmation: "cancelled" } } : event,
    );
    expect(finalFactsOf(disallowed).fullTime).toEqual([0, 0]);
  });
});

describe("an independent settlement", () => {
  it.each([
    ["match_result", { home: 1, draw: 0, away: 0 }],
    ["double_chance", { home_or_draw: 1, draw_or_away: 0, home_or_away: 1 }],
    ["over_under_4_5", { over: 1, under: 0 }],
    ["over_under_5", { over: 0.5, under: 0.5 }],
    ["over_under_4_75", { over: 0.75, under: 0.25 }],
    ["over_under_5_25", { over: 0.25, under: 0.75 }],
    ["asian_handicap_home_minus_1", { home: 0.5, away: 0.5 }],
    ["asian_handicap_home_minus_0_75", { home: 0.75, away: 0.25 }],
    ["asian_handicap_home_minus_1_25", { home: 0.25, away: 0.75 }],
    ["asian_handicap_home_plus_0_25", { home: 1, away: 0 }],
    ["handicap_home_minus_1", { home: 0, draw: 1, away: 0 }],
    ["half_time_result", { home: 1, draw: 0, away: 0 }],
    ["second_half_draw_no_bet", { home: 0.5, away: 0.5 }],
    ["goal_range", { "0_1": 0, "2_3": 0, "4_5": 1, "6_plus": 0 }],
    ["home_win_to_nil", { yes: 0, no: 1 }],
    ["home_win_and_concede", { yes: 1, no: 0 }],
    ["first_goal", { home: 1, away: 0, none: 0 }],
    ["goals_30_45_result", { home: 0, draw: 1, away: 0 }],
    ["goals_75_90_over_under_0_5", { over: 1, under: 0 }],
    ["shoot_out_winner", { home: 0.5, away: 0.5 }],
    ["to_qualify", { home: 1, away: 0 }],
  ])("of %s after 3-2", (market, expected) => {
    expect(expectedSettlement(market, facts)).toEqual(expected);
  });

  it("exists for every market of the catalogue, with the same outcomes", () => {
    for (const { id, outcomes } of CATALOGUE) {
      const expected = expectedSettlement(id, facts);
      expect(expected, id).toBeDefined();
      if (outcomes.length > 0) expect(Object.keys(expected ?? {}).sort(), id).toEqual([...outcomes].sort());
    }
  });

  it("does not exist for a market nobody has described", () => {
    expect(expectedSettlement("throw_ins_over_under_30_5", facts)).toBeUndefined();
  });
});
