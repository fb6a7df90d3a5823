import { EMPTY_STATE, MatchEvent, type MatchState } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { eventClock } from "./event-clock.ts";

const event = (fields: object): MatchEvent =>
  MatchEvent.parse({
    id: "e1",
    source: "test",
    matchId: "m1",
    type: "corner",
    team: "home",
    occurredAt: "2018-01-01T15:10:00Z",
    ...fields,
  });
const firstHalf: MatchState = {
  ...EMPTY_STATE,
  clock: { period: "first_half", startedAt: Date.parse("2018-01-01T15:00:00Z") },
};
const halfTime: MatchState = { ...EMPTY_STATE, periodsPlayed: 1 };

describe("the clock at an event", () => {
  it("is the one that the event carries", () => {
    expect(eventClock(event({ period: "first_half", minute: 46, second: 30 }), firstHalf)).toEqual({
      phase: "first_half",
      minutesIntoPeriod: 46.5,
      rate: 0,
    });
    expect(eventClock(event({ period: "second_half", minute: 45 }), halfTime).minutesIntoPeriod).toBe(0);
  });

  it("is that of the state for an event without a clock", () => {
    expect(eventClock(event({ type: "weather", payload: { condition: "rain" } }), firstHalf)).toEqual({
      phase: "first_half",
      minutesIntoPeriod: 10,
      rate: 0,
    });
  });

  it("is that of the state for a late event of a period that is over", () => {
    expect(eventClock(event({ period: "first_half", minute: 40 }), halfTime).phase).toBe("half_time");
  });
});
