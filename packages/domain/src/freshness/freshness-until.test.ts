import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockAnchor } from "../match/clock.ts";
import { STAKES } from "../events/event-payloads.ts";
import { type FreshnessDecision, freshnessOf } from "./freshness.ts";
import type { MatchState } from "../match/match-state.ts";
import { MINUTE, panicFor, quiet, quotes, SECOND } from "../testing/quotes.ts";
import { fixture, fullTime, halfTime, kickOff, KICK_OFF_AT, secondHalf, stateOf } from "../testing/example-events.ts";
import { foldVolatility } from "../volatility/volatility.ts";
import { volatilityLimit } from "../volatility/volatility-policy.ts";
import { CALM } from "../volatility/volatility-record.ts";

const standing = clockAnchor(stateOf(fixture()));
const running = stateOf(fixture(), kickOff());
const inSecondHalf = stateOf(fixture(), kickOff(), halfTime(), secondHalf());
const states: readonly (MatchState | undefined)[] = [
  undefined,
  stateOf(fixture()),
  stateOf(fixture({ kickoff: new Date(KICK_OFF_AT + 20 * MINUTE).toISOString() })),
  running,
  stateOf(fixture(), kickOff(), halfTime()),
  inSecondHalf,
  stateOf(fixture(), kickOff(), fullTime()),
];

const from = KICK_OFF_AT - 30 * MINUTE;
const records = [
  CALM,
  foldVolatility(panicFor(50 * MINUTE, from)),
  foldVolatility(panicFor(50 * MINUTE, from).filter(({ at }) => at < KICK_OFF_AT)),
  foldVolatility([...quiet(30, { from }), ...quotes([1.92], { from: KICK_OFF_AT })]),
];

const anyAge = fc.record({
  seen: fc.integer({ min: 1, max: 6 }),
  computedAt: fc.integer({ min: from, max: KICK_OFF_AT + 70 * MINUTE }),
  freshUntil: fc.integer({ min: from, max: KICK_OFF_AT + 90 * MINUTE }),
  deltaMs: fc.nat(2_000),
  anchor: fc.constantFrom(standing, clockAnchor(running), clockAnchor(inSecondHalf)),
});
const anyInput = fc.record({
  entry: fc.option(anyAge, { nil: undefined, freq: 20 }),
  requirement: fc.option(
    fc.record({ version: fc.integer({ min: 1, max: 5 }), hardVersion: fc.integer({ min: 0, max: 4 }) }),
    {
      nil: undefined,
      freq: 20,
    },
  ),
  settled: fc.integer({ min: 0, max: 19 }).map((drawn) => drawn === 0),
  offered: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn > 0),
  state: fc.constantFrom(...states),
  record: fc.constantFrom(...records),
  stakes: fc.constantFrom(...STAKES),
  random: fc.double({ min: 1e-6, max: 1, noNaN: true }),
});
type Input = typeof anyInput extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function decideAt({ record, stakes, ...input }: Input, now: number): FreshnessDecision {
  const volatility = { limit: volatilityLimit(record, stakes, now), movedVersion: 4 };
  return freshnessOf({ ...input, volatility, now, xfetchBeta: 1 });
}

/** What is said of the entry: the draw for an early refresh is not part of it. */
const saidBy = ({ status, reason }: FreshnessDecision): string =>
  `${status}/${reason === "early_refresh" ? "within_lifetime" : reason}`;

describe("until when a decision stands", () => {
  it("is later than now, and it does not change before", () => {
    fc.assert(
      fc.property(
        anyInput,
        fc.integer({ min: from, max: KICK_OFF_AT + 90 * MINUTE }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (input, now, share) => {
          const decision = decideAt(input, now);
          expect(decision.until).toBeGreaterThan(now);
          const reach = Math.min(decision.until - now, 300 * MINUTE);
          for (const laterMs of [Math.min(reach - 1, Math.floor(share * reach)), reach - 1])
            expect(saidBy(decideAt(input, now + laterMs)), `${laterMs} of ${reach} ms later`).toBe(saidBy(decision));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it("is fresh exactly until the expiry, where it is fresh", () => {
    fc.assert(
      fc.property(anyInput, fc.integer({ min: from, max: KICK_OFF_AT + 90 * MINUTE }), (input, now) => {
        const { status, expiry, until } = decideAt(input, now);
        if (status === "fresh") expect([expiry > now, until <= expiry]).toEqual([true, true]);
        if (status === "fresh" && until === expiry) expect(decideAt(input, expiry).status).not.toBe("fresh");
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("an entry timed before the second half began", () => {
  const startedAt = inSecondHalf.clock!.startedAt;
  const entry = {
    seen: 1,
    computedAt: startedAt - 5 * SECOND,
    freshUntil: startedAt + 55 * SECOND,
    deltaMs: 0,
    anchor: standing,
  };
  const input = {
    entry,
    requirement: { version: 1, hardVersion: 0 },
    settled: false,
    offered: true,
    state: inSecondHalf,
  };
  const decided = (now: number) => decideAt({ ...input, record: CALM, stakes: "medium", random: 1 }, now);

  it("expires two seconds into it, says so beforehand, and ends as stale a lifetime later", () => {
    const expiry = startedAt + 2 * SECOND;
    expect(decided(startedAt)).toMatchObject({ status: "fresh", expiry, until: expiry });
    const grace = entry.computedAt + 2 * (entry.freshUntil - entry.computedAt);
    expect(decided(grace - 1)).toMatchObject({ status: "stale", reason: "clock_moved", expiry, until: grace });
    expect(decided(grace)).toMatchObject({ status: "too_stale", expiry, until: Infinity });
  });

  it.each([
    ["settled", { settled: true }],
    ["suspended", { offered: false }],
    ["suspended", { requirement: { version: 9, hardVersion: 9 } }],
    ["missing", { entry: undefined }],
  ])("that is %s stays so until an event says otherwise", (status, change) => {
    const changed = { ...input, ...change, record: CALM, stakes: "medium" as const, random: 1 };
    expect(decideAt(changed, startedAt)).toMatchObject({ status, until: Infinity });
  });
});
