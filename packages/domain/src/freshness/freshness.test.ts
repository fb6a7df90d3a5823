import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockAnchor } from "../match/clock.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import { type EntryAge, freshnessOf, IN_PLAY_LIFETIME_MS, isEarlyRefreshDue, lifetimeOf } from "./freshness.ts";
import type { MatchState } from "../match/match-state.ts";
import {
  AWAY,
  first,
  fixture,
  halfTime,
  kickOff,
  KICK_OFF_AT,
  lineup,
  lineups,
  second,
} from "../testing/example-events.ts";
import { fullTime, revised, secondHalf, stateOf } from "../testing/example-events.ts";
import { volatilityLimit } from "../volatility/volatility-policy.ts";

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

type Input = Parameters<typeof freshnessOf>[0];

const NOW = KICK_OFF_AT + 30 * 60_000;
const running = stateOf(fixture(), kickOff());

/** Made ten seconds ago for twenty, having seen version 5. */
const entry = (change: Partial<EntryAge> = {}): EntryAge => ({
  seen: 5,
  computedAt: NOW - 10_000,
  freshUntil: NOW + 10_000,
  deltaMs: 100,
  anchor: clockAnchor(running),
  ...change,
});

const CALM_PRICES = { limit: volatilityLimit(undefined, "medium", 0), movedVersion: 0 };

const decide = (change: Partial<Input> = {}) =>
  freshnessOf({
    entry: entry(),
    requirement: { version: 5, hardVersion: 3 },
    settled: false,
    offered: true,
    state: running,
    volatility: CALM_PRICES,
    now: NOW,
    random: 1,
    xfetchBeta: 1,
    ...change,
  });

describe("the freshness of an entry", () => {
  const later = NOW + 10_000;
  const overtaken = { version: 6, hardVersion: 3 };
  const halfOpen = { version: 6, hardVersion: 6 };
  it.each<[string, Partial<Input>, string, string, boolean]>([
    ["within its lifetime", {}, "fresh", "within_lifetime", false],
    ["that saw more than is required", { entry: entry({ seen: 9 }) }, "fresh", "within_lifetime", false],
    ["at the very end of its lifetime", { now: later }, "stale", "expired", true],
    ["a moment before it", { now: later - 1 }, "fresh", "within_lifetime", false],
    ["a moment before twice its lifetime", { now: NOW + 29_999 }, "stale", "expired", true],
    ["at twice its lifetime", { now: NOW + 30_000 }, "too_stale", "expired", true],
    ["overtaken by a soft change", { requirement: overtaken }, "stale", "overtaken", true],
    [
      "overtaken, and older than twice its lifetime",
      { requirement: overtaken, now: NOW + 30_000 },
      "too_stale",
      "overtaken",
      true,
    ],
    ["overtaken by a hard event", { requirement: halfOpen }, "suspended", "hard_event", true],
    ["overtaken by a hard event long ago", { requirement: halfOpen, now: NOW + 1e9 }, "suspended", "hard_event", true],
    ["whose marker is gone", { requirement: undefined }, "stale", "no_marker", true],
    ["whose match is gone", { state: undefined }, "stale", "no_marker", true],
    ["that does not exist", { entry: undefined }, "missing", "no_entry", true],
    ["of a market that is settled", { settled: true, entry: undefined, offered: false }, "settled", "settled", false],
    ["of a market under a bet stop", { offered: false }, "suspended", "not_offered", false],
    [
      "of one under a bet stop, overtaken",
      { offered: false, requirement: overtaken },
      "suspended",
      "not_offered",
      true,
    ],
    ["of one under a bet stop, missing", { offered: false, entry: undefined }, "suspended", "not_offered", true],
    ["due for an early refresh", { random: Math.exp(-101) }, "fresh", "early_refresh", true],
    ["just not due for one", { random: Math.exp(-99) }, "fresh", "within_lifetime", false],
  ])("%s", (_what, change, status, reason, refresh) => {
    expect(decide(change)).toMatchObject({ status, reason, refresh });
  });

  it.each([
    ["seen", { entry: entry({ seen: Number.NaN }) }],
    ["required", { requirement: { version: Number.NaN, hardVersion: 3 } }],
  ])("whose version %s cannot be read is not fresh", (_what, change) => {
    expect(decide(change).status).not.toBe("fresh");
  });

  it("whose lifetime cannot be read is not fresh", () => {
    expect(decide({ entry: entry({ freshUntil: Number.NaN }) }).status).toBe("too_stale");
  });
});

describe("an entry timed on another clock", () => {
  const standing = clockAnchor(EMPTY_STATE);
  const before = entry({ anchor: standing, computedAt: KICK_OFF_AT - 60_000, freshUntil: KICK_OFF_AT + 3_600_000 });

  it("lives two seconds into the match, whatever it was promised before", () => {
    const at = (ms: number) => decide({ entry: before, now: KICK_OFF_AT + ms });
    expect(at(1_999)).toMatchObject({ status: "fresh" });
    expect(at(2_000)).toMatchObject({ status: "stale", reason: "clock_moved", refresh: true });
  });

  it("never lives longer than it was promised", () => {
    const short = { ...before, freshUntil: KICK_OFF_AT + 500 };
    expect(decide({ entry: short, now: KICK_OFF_AT + 501 })).toMatchObject({ reason: "clock_moved" });
  });

  it("is stale at once when the kick-off is corrected to have been earlier", () => {
    const kick = kickOff();
    const corrected = stateOf(
      fixture(),
      kick,
      revised(kick, { occurredAt: new Date(KICK_OFF_AT - 60_000).toISOString() }),
    );
    expect(decide({ state: corrected })).toMatchObject({ status: "stale", reason: "clock_moved" });
  });

  it("is stale two seconds after it was made when the clock has stopped", () => {
    const state = stateOf(fixture(), kickOff(), halfTime());
    expect(decide({ state })).toMatchObject({ status: "stale", reason: "clock_moved" });
    expect(decide({ state, entry: entry({ anchor: standing }) })).toMatchObject({ status: "fresh" });
  });
});

describe("an entry of a match whose kick-off is moved", () => {
  const madeAt = KICK_OFF_AT - 30 * HOUR;
  /** Promised six hours, a day and a bit before kick-off. */
  const early = entry({ anchor: clockAnchor(EMPTY_STATE), computedAt: madeAt, freshUntil: madeAt + 6 * HOUR });
  const movedTo = (kickoff: number) => stateOf(fixture({ kickoff: new Date(kickoff).toISOString() }));
  const at = (state: MatchState, sinceMs: number) => decide({ entry: early, state, now: madeAt + sinceMs });

  it("keeps its promise where the kick-off stands", () => {
    expect(at(movedTo(KICK_OFF_AT), 6 * HOUR - 1)).toMatchObject({ status: "fresh" });
    expect(at(movedTo(KICK_OFF_AT), 6 * HOUR)).toMatchObject({ status: "stale", reason: "expired", refresh: true });
  });

  it("lives no longer than it would have been promised, had the kick-off always been there", () => {
    const inFourHours = movedTo(madeAt + 4 * HOUR);
    expect(at(inFourHours, 15 * MINUTE - 1)).toMatchObject({ status: "fresh" });
    expect(at(inFourHours, 15 * MINUTE)).toMatchObject({ status: "stale", reason: "expired", refresh: true });
    expect(at(inFourHours, HOUR)).toMatchObject({ status: "too_stale" });
    expect(at(movedTo(madeAt + 20 * MINUTE), 59_999)).toMatchObject({ status: "fresh" });
    expect(at(movedTo(madeAt + 20 * MINUTE), 60_000)).toMatchObject({ status: "stale" });
  });

  it("is promised nothing more by one that goes further away", () => {
    const soon = { ...early, freshUntil: madeAt + 60_000 };
    expect(decide({ entry: soon, state: movedTo(KICK_OFF_AT + 100 * HOUR), now: madeAt + 60_000 }).status).toBe(
      "stale",
    );
  });
});

describe("the decision", () => {
  const anyNumber = fc.oneof(
    fc.integer({ min: -10, max: 10 }),
    fc.double(),
    fc.constantFrom(NOW, NOW + 1, Number.NaN, Infinity),
  );
  const anyState = fc.constantFrom<(MatchState | undefined)[]>(
    undefined,
    EMPTY_STATE,
    running,
    stateOf(kickOff(), fullTime()),
  );
  const anyInput: fc.Arbitrary<Input> = fc.record({
    entry: fc.option(
      fc.record({
        seen: anyNumber,
        computedAt: anyNumber,
        freshUntil: anyNumber,
        deltaMs: anyNumber,
        anchor: fc.constantFrom("standing", clockAnchor(running), ""),
      }),
      { nil: undefined },
    ),
    requirement: fc.option(fc.record({ version: anyNumber, hardVersion: anyNumber }), { nil: undefined }),
    settled: fc.boolean(),
    offered: fc.boolean(),
    state: anyState,
    volatility: fc.constant(CALM_PRICES),
    now: anyNumber,
    random: fc.double({ min: 0, max: 1, noNaN: true }),
    xfetchBeta: fc.constantFrom(0, 1, 2),
  });

  it("is total, and never calls fresh what is overtaken, unmarked, expired, stopped or gone", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { status, reason, refresh } = freshnessOf(input);
        expect(["fresh", "stale", "suspended", "too_stale", "settled", "missing"]).toContain(status);
        const { entry: cached, requirement } = input;
        if (status === "fresh") {
          expect(cached!.seen).toBeGreaterThanOrEqual(requirement!.version);
          expect(cached!.seen).toBeGreaterThanOrEqual(requirement!.hardVersion);
          expect(input.now).toBeLessThan(cached!.freshUntil);
          expect([input.offered, input.settled, input.state === undefined]).toEqual([true, false, false]);
          expect(refresh).toBe(reason === "early_refresh");
        }
        // Nobody is left with an old price that nobody will make again.
        if (["stale", "too_stale", "missing"].includes(status)) expect(refresh).toBe(true);
        if (status === "settled") expect(input.settled).toBe(true);
        expect(reason === "hard_event" || reason === "not_offered").toBe(status === "suspended");
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("early refresh (XFetch)", () => {
  it("is due when now - δ·β·ln(u) >= expiry", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.double({ min: 1e-9, max: 1, noNaN: true }),
        (delta, remaining, beta, u) => {
          const now = 1e6;
          expect(isEarlyRefreshDue(delta, remaining, beta, u)).toBe(
            -delta * beta * Math.log(u) >= now + remaining - now,
          );
        },
      ),
    );
  });

  it("has probability e^(-remaining / δβ): brand-new entries practically never, expiring ones nearly always", () => {
    const share = (remainingMs: number) =>
      Array.from({ length: 100_000 }, (_unused, i) => (i + 1) / 100_000).filter((u) =>
        isEarlyRefreshDue(100, remainingMs, 1, u),
      ).length / 100_000;
    expect(share(100)).toBeCloseTo(Math.exp(-1), 4);
    expect(share(500)).toBeCloseTo(Math.exp(-5), 4);
    expect(share(20_000)).toBe(0);
    expect(share(1)).toBeCloseTo(Math.exp(-0.01), 4);
  });

  it("is off with β = 0, and when a refresh takes no time", () => {
    expect(isEarlyRefreshDue(100, 1, 0, 0.01)).toBe(false);
    expect(isEarlyRefreshDue(0, 1, 1, 0)).toBe(false);
  });
});

describe("the lifetime of a prediction", () => {
  const announced = stateOf(fixture());
  const lined = stateOf(fixture(), ...lineups());

  it.each([
    ["more than a day", 24 * HOUR, 6 * HOUR, 12 * HOUR],
    ["a week", 168 * HOUR, 6 * HOUR, 12 * HOUR],
    ["just under a day", 24 * HOUR - 1, HOUR, 2 * HOUR],
    ["six hours", 6 * HOUR, HOUR, 2 * HOUR],
    ["just under six hours", 6 * HOUR - 1, 15 * MINUTE, 30 * MINUTE],
    ["an hour", HOUR, 15 * MINUTE, 30 * MINUTE],
    ["just under an hour", HOUR - 1, 60 * SECOND, 60 * SECOND],
    ["a quarter of an hour", 15 * MINUTE, 60 * SECOND, 60 * SECOND],
    ["just under a quarter", 15 * MINUTE - 1, 30 * SECOND, 30 * SECOND],
    ["a delayed kick-off", -20 * MINUTE, 30 * SECOND, 30 * SECOND],
  ])("before kick-off: %s", (_what, before, unknown, confirmed) => {
    expect(lifetimeOf(announced, KICK_OFF_AT - before, Infinity)).toBe(unknown);
    expect(lifetimeOf(lined, KICK_OFF_AT - before, Infinity)).toBe(confirmed);
  });

  it("is not doubled by one team sheet alone", () => {
    expect(lifetimeOf(stateOf(fixture(), lineup("away")), KICK_OFF_AT - 2 * HOUR, Infinity)).toBe(15 * MINUTE);
  });

  it("of a match without a fixture is the shortest before kick-off", () => {
    expect(lifetimeOf(EMPTY_STATE, 0, Infinity)).toBe(30 * SECOND);
  });

  it("in play is bounded by drift, within two seconds and a minute", () => {
    for (const [drift, lifetime] of [
      [0, 2_000],
      [1_999, 2_000],
      [7_500, 7_500],
      [60_001, 60_000],
      [Infinity, 60_000],
    ] as const)
      expect(lifetimeOf(running, NOW, drift)).toBe(lifetime);
    expect(IN_PLAY_LIFETIME_MS).toEqual({ min: 2_000, max: 60_000 });
  });

  it("in play is as long in match time where the clock runs faster, and no longer where it runs slower", () => {
    const at = (clockRate: number) => stateOf(fixture({ clockRate }), kickOff(), first(3, "corner", AWAY));
    expect([0, 300, Infinity].map((drift) => lifetimeOf(at(10), NOW, drift))).toEqual([200, 300, 6_000]);
    expect([0, Infinity].map((drift) => lifetimeOf(at(0.5), NOW, drift))).toEqual([2_000, 60_000]);
  });

  it("that nobody could measure is the shortest", () => {
    expect(lifetimeOf(running, NOW, Number.NaN)).toBe(2_000);
  });

  it("in a break is a minute: play may go on at any moment", () => {
    expect(lifetimeOf(stateOf(fixture(), kickOff(), halfTime()), NOW, Infinity)).toBe(60_000);
    expect(lifetimeOf(stateOf(fixture(), second(50, "goal", AWAY)), NOW, Infinity)).toBe(60_000);
    expect(
      lifetimeOf(stateOf(fixture(), kickOff(), first(3, "corner", AWAY), halfTime(), secondHalf()), NOW, 5_000),
    ).toBe(5_000);
  });
});
