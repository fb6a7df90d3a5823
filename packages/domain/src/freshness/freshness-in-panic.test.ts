import { describe, expect, it } from "vitest";
import { EMPTY_STATE } from "../match/fold-events.ts";
import { freshnessOf, freshUntilOf } from "./freshness.ts";
import { MINUTE, panicFor, quiet, quotes, SECOND } from "../testing/quotes.ts";
import { foldVolatility } from "../volatility/volatility.ts";
import { volatilityLimit } from "../volatility/volatility-policy.ts";
import type { VolatilityRecord } from "../volatility/volatility-record.ts";

const HOUR = 60 * MINUTE;
const jumpAt = 30 * MINUTE;
const jumped = foldVolatility([...quiet(30), ...quotes([1.5], { from: jumpAt })]);

/** An entry that is good for six hours by its time zone, in a match whose prices panicked at version 7. */
function decide(record: VolatilityRecord, seen: number, ageMs: number, now = jumpAt) {
  const computedAt = now - ageMs;
  return freshnessOf({
    entry: { seen, computedAt, freshUntil: computedAt + 6 * HOUR, deltaMs: 0, anchor: "standing" },
    requirement: { version: 1, hardVersion: 0 },
    settled: false,
    offered: true,
    state: EMPTY_STATE,
    volatility: { limit: volatilityLimit(record, "medium", now), movedVersion: 7 },
    now,
    random: 1,
    xfetchBeta: 1,
  });
}

describe("a prediction in full panic", () => {
  it("from before the panicking price is waited for, however young it is", () => {
    expect(decide(jumped, 6, 0)).toMatchObject({ status: "too_stale", reason: "panic", refresh: true });
  });

  it("that has seen the price is fresh for two seconds, stale for two more, and waited for again then", () => {
    expect(decide(jumped, 7, 1_999)).toMatchObject({ status: "fresh" });
    expect(decide(jumped, 7, 2_000)).toMatchObject({ status: "stale", reason: "panic", refresh: true });
    expect(decide(jumped, 7, 4_000)).toMatchObject({ status: "too_stale", reason: "panic", refresh: true });
  });
});

describe("a prediction in a panic that has become usual", () => {
  const now = 31 * MINUTE;
  const usual = foldVolatility(panicFor(HOUR).filter(({ at }) => at <= now));

  it("is served without waiting, for as long as quota and circuit allow", () => {
    expect(decide(usual, 6, 9 * SECOND, now)).toMatchObject({ status: "fresh" });
    expect(decide(usual, 6, 10 * SECOND, now)).toMatchObject({
      status: "stale",
      reason: "circuit_open",
      refresh: true,
    });
  });
});

describe("a prediction at a warning", () => {
  it("counts as fresh for a minute, although it was stored for hours", () => {
    const warned = foldVolatility([...quiet(30), ...quotes([1.92], { from: jumpAt })]);
    expect(decide(warned, 6, 59 * SECOND)).toMatchObject({ status: "fresh" });
    expect(decide(warned, 6, MINUTE)).toMatchObject({ status: "stale", reason: "warning", refresh: true });
    const limit = volatilityLimit(warned, "medium", jumpAt);
    const entry = { seen: 1, computedAt: 0, freshUntil: 5 * SECOND, deltaMs: 0, anchor: "standing" };
    expect(freshUntilOf(entry, limit, undefined)).toBe(5 * SECOND);
  });
});
