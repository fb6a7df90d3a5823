import { describe, expect, it } from "vitest";
import { clockAnchor, clockAt, isInPlay, matchMinute } from "./clock.ts";
import { EMPTY_STATE } from "./fold-events.ts";
import { first, fixture, fullTime, halfTime, HOME, KICK_OFF_AT, kickOff, play } from "../testing/example-events.ts";
import { regularTime, revised, secondHalf, stateOf } from "../testing/example-events.ts";

const after = (minutes: number): number => KICK_OFF_AT + minutes * 60_000;
const running = stateOf(fixture(), kickOff());

describe("the match clock", () => {
  it("is stopped before the match, in breaks and after it", () => {
    for (const [state, phase, minute] of [
      [EMPTY_STATE, "pre_match", 0],
      [stateOf(kickOff(), halfTime()), "half_time", 45],
      [stateOf(...regularTime()), "extra_time_pending", 90],
      [stateOf(...regularTime(), fullTime()), "full_time", 90],
    ] as const) {
      const clock = clockAt(state, after(1_000));
      expect([clock, matchMinute(state, clock)]).toEqual([{ phase, minutesIntoPeriod: 0, rate: 0 }, minute]);
    }
  });

  it("runs from the start of each period and through stoppage", () => {
    expect(clockAt(running, after(12.5))).toEqual({ phase: "first_half", minutesIntoPeriod: 12.5, rate: 1 });
    expect(matchMinute(running, clockAt(running, after(47.9)))).toBe(47);
    const second = stateOf(kickOff(), halfTime(), secondHalf());
    expect(matchMinute(second, clockAt(second, after(62)))).toBe(45);
    expect(matchMinute(second, clockAt(second, after(62 + 51)))).toBe(96);
    const shootOut = stateOf(
      ...regularTime(),
      play("shoot_out", 120, "shootout_kick", { ...HOME, payload: { scored: true } }),
    );
    expect(matchMinute(shootOut, clockAt(shootOut, after(156)))).toBe(121);
  });

  it("runs as fast as the fixture says", () => {
    const replay = stateOf(fixture({ clockRate: 60 }), kickOff());
    expect(clockAt(replay, KICK_OFF_AT + 1_000)).toEqual({ phase: "first_half", minutesIntoPeriod: 1, rate: 60 });
    const proved = stateOf(fixture({ clockRate: 60 }), first(20, "corner", HOME));
    expect(clockAt(proved, Date.parse(first(20, "corner", HOME).occurredAt)).minutesIntoPeriod).toBe(20);
  });

  it("never goes below zero when clocks differ", () => {
    expect(clockAt(running, after(-5)).minutesIntoPeriod).toBe(0);
  });

  it("stops counting long after the end of a period that no feed reported", () => {
    expect(matchMinute(running, clockAt(running, after(10_000)))).toBe(80);
  });
});

describe("the anchor of the clock", () => {
  it("is the same for every stopped clock", () => {
    for (const state of [EMPTY_STATE, stateOf(kickOff(), halfTime()), stateOf(...regularTime(), fullTime())])
      expect(clockAnchor(state)).toBe("standing");
  });

  it("changes with the start, the period, the rate and an interruption, and with nothing else", () => {
    const kick = kickOff();
    const anchors = [
      stateOf(fixture(), kick),
      stateOf(fixture(), revised(kick, { occurredAt: new Date(after(1)).toISOString() })),
      stateOf(fixture({ clockRate: 60 }), kick),
      stateOf(fixture(), kick, halfTime(), secondHalf()),
      stateOf(fixture(), kick, first(30, "abandoned")),
    ].map(clockAnchor);
    expect(new Set([...anchors, "standing"]).size).toBe(6);
    expect(clockAnchor(stateOf(fixture(), kick, first(3, "goal", HOME)))).toBe(anchors[0]);
  });
});

describe("a match in play", () => {
  it("has been kicked off and is not over, breaks included", () => {
    expect([EMPTY_STATE, stateOf(fixture()), running].map(isInPlay)).toEqual([false, false, true]);
    expect([stateOf(kickOff(), halfTime()), stateOf(...regularTime())].map(isInPlay)).toEqual([true, true]);
    expect(isInPlay(stateOf(...regularTime(), fullTime()))).toBe(false);
  });
});
