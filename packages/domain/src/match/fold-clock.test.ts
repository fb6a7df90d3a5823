import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { receivedAt } from "../events/event-time.ts";
import type { MatchEvent } from "../events/event.ts";
import { findMarket } from "../markets/catalogue.ts";
import { suspensionOf } from "../markets/suspension.ts";
import { planInvalidation } from "../planning/plan-invalidation.ts";
import {
  first,
  fixture,
  HOME,
  KICK_OFF_AT,
  kickOff,
  revised,
  second,
  secondHalf,
  stateOf,
} from "../testing/example-events.ts";
import { AWAY, happening, halfTime } from "../testing/example-events.ts";
import { clockAt, isBeyondPeriod } from "./clock.ts";
import type { MatchState } from "./match-state.ts";

const HOUR = 3_600_000;
const at = (ms: number): string => new Date(KICK_OFF_AT + ms).toISOString();
const stamped = (event: MatchEvent, ms: number): MatchEvent => revised(event, { occurredAt: at(ms) });
const minuteAt = (state: MatchState, minutes: number): number =>
  clockAt(state, KICK_OFF_AT + minutes * 60_000).minutesIntoPeriod;
const result = findMarket("match_result")!;
const shootOut = findMarket("shoot_out_winner")!;

describe("a kick-off that is stamped hours off", () => {
  it.each([-3 * HOUR, -HOUR, 2 * HOUR])("by %i ms withholds prices until an event reports a clock time", (off) => {
    const begun = [fixture({ knockout: true }), stamped(kickOff(), off)];
    const state = stateOf(...begun);
    expect([suspensionOf(result, state), suspensionOf(shootOut, state)]).toEqual(["clock_unsure", undefined]);
    const reported = stateOf(...begun, first(12, "corner", HOME));
    expect(suspensionOf(result, reported)).toBeUndefined();
    expect(minuteAt(reported, 13)).toBe(13);
  });

  it("forbids every price from before the correction", () => {
    const begun = [fixture(), stamped(kickOff(), -3 * HOUR)];
    const { touched, clockMoved } = planInvalidation(stateOf(...begun), stateOf(...begun, first(12, "corner", HOME)));
    expect(clockMoved).toBe(true);
    expect(touched.find(({ market }) => market === "match_result")).toMatchObject({
      severity: "hard",
      because: ["clock_correction"],
    });
  });

  it("is corrected where the fixture is as wrong as it is", () => {
    const wrong = fixture({ kickoff: at(-3 * HOUR) });
    const begun = [wrong, stamped(kickOff(), -3 * HOUR)];
    expect(suspensionOf(result, stateOf(...begun))).toBeUndefined();
    expect(isBeyondPeriod(stateOf(...begun), KICK_OFF_AT)).toBe(true);
    const reported = stateOf(...begun, first(12, "yellow_card", AWAY));
    expect(minuteAt(reported, 13)).toBe(13);
    expect(isBeyondPeriod(reported, KICK_OFF_AT + 13 * 60_000)).toBe(false);
  });

  it("counts from its arrival where it lies in the future, and is corrected from there", () => {
    const arrived = receivedAt(stamped(kickOff(), 2 * HOUR), KICK_OFF_AT + 25 * 60_000);
    expect(arrived.claimedAt).toBe("2026-05-01T21:00:00Z");
    expect(minuteAt(stateOf(fixture(), arrived), 25)).toBe(0);
    expect(minuteAt(stateOf(fixture(), arrived, first(26, "corner", HOME)), 27)).toBe(27);
  });

  it("says nothing of a match that is played on another day, or in a replay", () => {
    for (const known of [fixture({ kickoff: at(-48 * HOUR) }), fixture({ clockRate: 60, kickoff: at(-3 * HOUR) })])
      expect(suspensionOf(result, stateOf(known, kickOff()))).toBeUndefined();
  });

  it("is corrected in the same way in any order of arrival", () => {
    const events = [
      fixture(),
      stamped(kickOff(), -3 * HOUR),
      first(12, "corner", HOME),
      first(30, "goal", AWAY),
      halfTime(),
      secondHalf(),
      second(60, "corner", HOME),
    ];
    const expected = JSON.stringify(stateOf(...events));
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(JSON.stringify(stateOf(...shuffled))).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a second half that is stamped hours off", () => {
  it.each([-3 * HOUR, 3 * HOUR])("by %i ms is corrected by the first event that reports a clock time", (off) => {
    const start = secondHalf();
    const wrong = revised(start, { occurredAt: new Date(Date.parse(start.occurredAt) + off).toISOString() });
    const state = stateOf(fixture(), kickOff(), halfTime(), wrong, second(60, "corner", HOME));
    expect(minuteAt(state, 62 + 16)).toBe(16);
  });
});

describe("an event that is stamped late", () => {
  it("does not move a clock that it agrees with otherwise, nor one that another event has proved", () => {
    const late = happening("goal", 19, { ...HOME, period: "first_half", minute: 5 });
    expect(minuteAt(stateOf(fixture(), kickOff(), late), 20)).toBe(20);
    const hours = happening("goal", 300, { ...HOME, period: "first_half", minute: 5 });
    expect(minuteAt(stateOf(fixture(), kickOff(), first(3, "corner", HOME), hours), 20)).toBe(20);
    for (const days of [-7, 7]) {
      const another = happening("goal", days * 1_440, { ...HOME, period: "first_half", minute: 5 });
      expect(minuteAt(stateOf(fixture(), kickOff(), another), 20)).toBe(20);
    }
  });
});
