import { describe, expect, it } from "vitest";
import { canonicalJson } from "../json/canonical-json.ts";
import type { MatchEvent } from "../events/event.ts";
import { changedFacts, FACT_NAMES, factsOf } from "./facts.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import { AWAY, endOf, first, fixture, happening, HOME, kickOff, lineups, play } from "../testing/example-events.ts";
import { fullTime, halfTime, regularTime, second, secondHalf, stateOf } from "../testing/example-events.ts";

const known = [fixture(), ...lineups(), kickOff(), first(8, "corner", HOME)];
const changed = (...events: readonly MatchEvent[]) => changedFacts(stateOf(...known), stateOf(...known, ...events));
const prices = (market: string) => ({ payload: { market, prices: { home: 2 } } });

describe("facts", () => {
  it("are small JSON values, one for each name", () => {
    const facts = factsOf(stateOf(...known));
    expect(Object.keys(facts).toSorted()).toEqual([...FACT_NAMES].toSorted());
    expect(JSON.parse(canonicalJson(facts))).toEqual(facts);
  });

  it.each<[string, MatchEvent[], string[]]>([
    ["a corner", [first(10, "corner", HOME)], ["corners"]],
    ["a yellow card", [first(10, "yellow_card", HOME)], ["cards"]],
    ["a red card", [first(10, "red_card", HOME)], ["red_cards", "regular_red_cards", "cards"]],
    ["a goal", [first(10, "goal", HOME)], ["score", "goal_times", "goal_order", "scorers"]],
    [
      "a goal to confirm",
      [first(10, "goal", { ...HOME, payload: { confirmation: "tbd" } })],
      ["score", "goal_times", "goal_order", "scorers", "unconfirmed"],
    ],
    ["a possible goal", [first(10, "goal", { ...HOME, payload: { confirmation: "possible" } })], ["danger"]],
    ["a penalty", [first(10, "penalty_awarded", HOME)], ["penalty_pending", "penalties_awarded"]],
    ["a review", [first(10, "var_review_started")], ["danger"]],
    ["a bet stop", [first(10, "bet_stop")], ["offer"]],
    ["a feed gap", [first(10, "feed_gap")], ["offer", "unconfirmed"]],
    ["anything known after a quarter of an hour", [first(15, "bet_start")], ["passed.15"]],
    [
      "half-time",
      [halfTime()],
      ["periods_played", "half_time_score", "half_time_corners", "half_time_cards", "unconfirmed"],
    ],
    [
      "the second half",
      [halfTime(), secondHalf()],
      ["periods_played", "half_time_score", "half_time_corners", "half_time_cards"],
    ],
    [
      "announced stoppage",
      [happening("stoppage_time_announced", 44, { payload: { minutes: 3 } })],
      ["stoppage.first_half"],
    ],
    [
      "a substitution",
      [happening("substitution", 10, { ...HOME, payload: { playerIn: "h14", playerOut: "h9" } })],
      ["lineup.home"],
    ],
    [
      "a keeper's change",
      [happening("goalkeeper_change", 10, { ...AWAY, payload: { goalkeeper: "a12" } })],
      ["goalkeeper.away", "keeper_changed"],
    ],
    ["an injury on the pitch", [happening("player_injury", 10, { ...HOME, player: "h9" })], ["unavailable"]],
    ["an injury elsewhere", [happening("player_injury", 10, { ...HOME, player: "h40" })], ["unavailable", "absences"]],
    ["a formation", [happening("formation_change", 10, { ...HOME, payload: { formation: "5-4-1" } })], ["formations"]],
    ["the weather", [happening("weather", 10, { payload: { condition: "snow" } })], ["weather"]],
    ["another ground", [happening("venue_changed", 10, { payload: { venue: "Wembley" } })], ["venue"]],
    [
      "neutral ground",
      [happening("venue_changed", 10, { payload: { venue: "Wembley", neutral: true } })],
      ["venue", "neutral_venue"],
    ],
    ["prices in play", [happening("odds_update", 10, prices("match_result"))], ["odds.latest"]],
    [
      "prices before the match",
      [happening("odds_update", -10, prices("match_result"))],
      ["odds.match_result", "odds.latest"],
    ],
    ["sharp money", [happening("sharp_money", 10, { payload: { market: "match_result" } })], []],
    ["a refit", [happening("model_refitted", 10, { payload: { parameters: "fit-2" } })], ["parameters"]],
    ["an unknown event", [first(20, "shot", HOME)], []],
    [
      "another kick-off time",
      [happening("fixture", -9_000, { payload: { ...fixture().payload, kickoff: "2026-05-01T18:00:00Z" } })],
      [],
    ],
    [
      "another day",
      [happening("fixture", -9_000, { payload: { ...fixture().payload, kickoff: "2026-05-02T19:00:00Z" } })],
      ["fixture"],
    ],
  ])("%s changes these and no others", (_what, events, facts) => {
    expect(changed(...events)).toEqual(facts);
  });

  it("a goal of extra time changes no fact of regular time but the list of goals", () => {
    const before = [fixture({ knockout: true }), ...regularTime(), play("extra_first_half", 91, "corner", HOME)];
    const after = [...before, play("extra_first_half", 95, "goal", HOME)];
    expect(changedFacts(stateOf(...before), stateOf(...after))).toEqual([
      "extra_time_score",
      "goal_times",
      "goal_order",
      "scorers",
    ]);
  });

  it("the clock is none of them", () => {
    expect(changedFacts(stateOf(fixture()), stateOf(fixture(), kickOff()))).toEqual([]);
    expect(changedFacts(stateOf(...regularTime()), stateOf(...regularTime(), endOf("second_half")))).toEqual([]);
    expect(changedFacts(stateOf(...regularTime()), stateOf(...regularTime(), fullTime()))).toEqual([
      "periods_played",
      "ending",
      "unconfirmed",
    ]);
  });

  it("equal values mean nothing changed, in whatever order their keys were written", () => {
    const a = { ...EMPTY_STATE, odds: { x: { home: 2, away: 3 }, y: { over: 1 } } };
    const b = { ...EMPTY_STATE, odds: { y: { over: 1 }, x: { away: 3, home: 2 } } };
    expect(changedFacts(a, b)).toEqual([]);
    expect(changedFacts(a, { ...b, odds: { ...b.odds, x: { home: 2, away: 3.1 } } })).toEqual(["odds.latest"]);
  });

  it("a second half shown by play alone is the same as one that was announced", () => {
    const announced = stateOf(...known, halfTime(), secondHalf(), second(50, "corner", HOME));
    expect(changedFacts(announced, stateOf(...known, second(50, "corner", HOME)))).toEqual([]);
  });
});
