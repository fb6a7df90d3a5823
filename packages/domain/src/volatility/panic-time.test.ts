import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MAX_PANIC_SPANS,
  panicMsWithinWindow,
  type PanicSpan,
  VOLATILITY_WINDOW_MS,
  withinWindow,
  withPanicSpan,
} from "./panic-time.ts";
import { MINUTE, SECOND } from "../testing/quotes.ts";

const addAll = (spans: readonly PanicSpan[]): readonly PanicSpan[] => spans.reduce(withPanicSpan, []);
const total = (spans: readonly PanicSpan[]) => spans.reduce((sum, { from, until }) => sum + until - from, 0);

/** Spans one after the other, from alternating lengths of calm and panic in milliseconds. */
function alternating(lengths: readonly (readonly [calm: number, panic: number])[]): PanicSpan[] {
  let clock = 0;
  return lengths.map(([calm, panic]) => {
    const from = clock + calm;
    clock = from + panic;
    return { from, until: clock };
  });
}

describe("time in panic", () => {
  it("counts what lies within the last half hour", () => {
    const spans = [
      { from: 0, until: 10 * MINUTE },
      { from: 20 * MINUTE, until: 25 * MINUTE },
    ];
    expect(panicMsWithinWindow(spans, 30 * MINUTE)).toBe(15 * MINUTE);
    expect(panicMsWithinWindow(spans, 36 * MINUTE)).toBe(9 * MINUTE);
    expect(panicMsWithinWindow(spans, 22 * MINUTE)).toBe(12 * MINUTE);
    expect(panicMsWithinWindow(spans, 60 * MINUTE)).toBe(0);
  });

  it("forgets what has left the window", () => {
    const spans = [{ from: 0, until: MINUTE }];
    expect(withinWindow(spans, MINUTE + VOLATILITY_WINDOW_MS - 1)).toEqual(spans);
    expect(withinWindow(spans, MINUTE + VOLATILITY_WINDOW_MS)).toEqual([]);
    const later = { from: 40 * MINUTE, until: 41 * MINUTE };
    expect(withPanicSpan(spans, later)).toEqual([later]);
  });

  it("has no spans of no length", () => {
    expect(withPanicSpan([], { from: 5, until: 5 })).toEqual([]);
  });
});

describe("many short panics", () => {
  it("keep their sum when they no longer fit", () => {
    const spans = alternating(Array.from({ length: 500 }, () => [SECOND, 2 * SECOND]));
    const kept = addAll(spans);
    expect(kept.length).toBeLessThanOrEqual(MAX_PANIC_SPANS);
    expect(total(kept)).toBe(1_000 * SECOND);
    expect(kept.at(-1)).toEqual(spans.at(-1));
  });

  it("are few even after a long one", () => {
    const long = { from: -6 * 60 * MINUTE, until: 0 };
    const short = alternating(Array.from({ length: 200 }, () => [4 * SECOND, SECOND]));
    const kept = addAll([long, ...short]);
    expect(kept.length).toBeLessThanOrEqual(MAX_PANIC_SPANS);
    expect(total(kept)).toBe(total([long, ...short]));
  });

  it("stay in order, apart and bounded, and as much of the half hour as they were, give or take 15 seconds", () => {
    const length = fc.integer({ min: 1, max: 20 * SECOND });
    fc.assert(
      fc.property(fc.array(fc.tuple(length, length), { maxLength: 500 }), fc.nat(40 * MINUTE), (lengths, later) => {
        const spans = alternating(lengths);
        const kept = addAll(spans);
        expect(kept.length).toBeLessThanOrEqual(MAX_PANIC_SPANS);
        for (const [index, { from, until }] of kept.entries()) {
          expect(from).toBeLessThan(until);
          const next = kept[index + 1];
          if (next) expect(until).toBeLessThanOrEqual(next.from);
        }
        const now = (spans.at(-1)?.until ?? 0) + later;
        const off = panicMsWithinWindow(kept, now) - panicMsWithinWindow(spans, now);
        expect(Math.abs(off)).toBeLessThanOrEqual(15 * SECOND);
      }),
    );
  });
});
