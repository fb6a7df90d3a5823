import { describe, expect, it } from "vitest";
import { MatchEvent } from "../event.ts";
import { PAYLOADS } from "../event-payloads.ts";
import { eventWarnings } from "./event-warnings.ts";
import type { MatchState } from "../../match/match-state.ts";
import { EMPTY_STATE } from "../../match/fold-events.ts";
import { playedMatch } from "../../testing/any-match.ts";
import {
  first,
  fixture,
  fullTime,
  HOME,
  kickOff,
  lineups,
  regularTime,
  second,
  stateOf,
} from "../../testing/example-events.ts";

const envelope = { id: "e1", source: "feed", matchId: "m1", occurredAt: "2026-05-01T19:00:00.000Z", team: "home" };

/** `code path: message` of each warning. */
function warningsOf(reported: object, state?: MatchState): string[] {
  const sent = { ...envelope, ...reported };
  const warnings = eventWarnings(sent, MatchEvent.parse(sent), state);
  return warnings.map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

describe("an event that has no effect, or not the one that was meant", () => {
  it.each<[string, object, string]>([
    ["a type that is none", { type: "yellowcard" }, "unknown_type type: no event type is called yellowcard"],
    ["its nearest type", { type: "yellowcard" }, "did you mean yellow_card?"],
    ["a kind that is none", { type: "goal", payload: { kind: "PENALTY" } }, "did you mean penalty?"],
    [
      "a market that is none",
      { type: "odds_update", payload: { market: "MATCH_ODDS", prices: { "47972": 2.1 } } },
      "unknown_market payload.market: no market is called MATCH_ODDS",
    ],
    [
      "an outcome that is none",
      { type: "odds_update", payload: { market: "match_result", prices: { home: 2, draw: 3, away: 4, "1": 2 } } },
      'unknown_outcome payload.prices: "1" is none of home, draw, away',
    ],
    [
      "an outcome of sharp money",
      { type: "sharp_money", payload: { market: "match_result", outcome: "Home" } },
      "did you mean home?",
    ],
    [
      "prices that are no full book",
      { type: "odds_update", payload: { market: "match_result", prices: { home: 2.1, away: 3.2 } } },
      "partial_book payload.prices: match_result is no full book without draw",
    ],
    ["a period that is none", { type: "corner", period: "1H" }, 'unknown_period period: no period is called "1H"'],
    ["a group that is none", { type: "bet_stop", payload: { groups: ["goalz"] } }, "did you mean goals?"],
    [
      "a minute before its period",
      { type: "corner", period: "second_half", minute: 12 },
      "minute_outside_period minute: minute 12 lies outside second_half, which starts at 45",
    ],
    ["a minute after it", { type: "corner", period: "first_half", minute: 80 }, "minute_outside_period"],
    ["a minute without a period", { type: "corner", minute: 12 }, "minute_without_period"],
    ["a stoppage of unknown length", { type: "stoppage_time_announced", payload: { minutes: null } }, "nothing_told"],
    [
      "a position that is none",
      { type: "lineup_confirmed", payload: { starters: [{ id: "p", position: "ST" }] } },
      "unknown_position payload.starters.0.position",
    ],
  ])("gets a warning: %s", (_what, reported, warning) => {
    expect(warningsOf(reported).join("\n")).toContain(warning);
  });

  it("gets no warning when it is retracted", () => {
    expect(warningsOf({ type: "yellowcard", retracted: true })).toEqual([]);
  });

  it("gets after_the_end after the final whistle, unless its type closes a match", () => {
    const over = stateOf(fixture(), ...regularTime(), fullTime());
    expect(warningsOf({ type: "corner" }, over)).toEqual([expect.stringContaining("after_the_end")]);
    expect(warningsOf({ type: "awarded" }, over)).toEqual([]);
    expect(warningsOf({ type: "corner" }, stateOf(fixture(), kickOff()))).toEqual([]);
  });

  it("gets not_on_pitch for a card of a player who is not on the pitch", () => {
    const state = stateOf(...lineups(), kickOff());
    for (const player of ["h15", "coach"])
      expect(warningsOf({ type: "red_card", player }, state)).toEqual([expect.stringContaining("not_on_pitch")]);
    expect(warningsOf({ type: "red_card", player: "h5" }, state)).toEqual([]);
    expect(warningsOf({ type: "red_card", player: "h15" }, EMPTY_STATE)).toEqual([]);
  });
});

describe("an event with the effect that was meant", () => {
  it("gets no warning, in stoppage and in a shoot-out too", () => {
    for (const event of [first(52, "corner", HOME), second(102, "corner", HOME)])
      expect(eventWarnings(event, event)).toEqual([]);
    expect(warningsOf({ type: "shootout_kick", period: "shoot_out", minute: 140, payload: { scored: true } })).toEqual(
      [],
    );
  });

  it("gets no warning in whole matches", () => {
    for (let seed = 0; seed < 40; seed++)
      for (const event of playedMatch(seed, { corrections: true })) {
        const warnings = eventWarnings(event, event).filter(({ code }) => code !== "partial_book");
        expect(warnings.map(({ path }) => `${event.type} ${path}`).filter((said) => said !== "shot type")).toEqual([]);
      }
  });

  it.each(Object.keys(PAYLOADS))("gets no warning for type %s with required fields alone", (type) => {
    const bare = MatchEvent.safeParse({ ...envelope, type });
    if (bare.success) for (const { code } of eventWarnings(bare.data, bare.data)) expect(code).toBe("nothing_told");
  });
});
