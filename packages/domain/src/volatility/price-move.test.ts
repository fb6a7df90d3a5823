import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logOdds } from "./odds-sample.ts";
import { distanceScore, type EarlierPrices, levelOf, moveScore } from "./price-move.ts";

const MINUTE = 60_000;

/** One a minute, in log-odds, up to the minute before 0. */
const minutely = (values: readonly number[]): EarlierPrices => ({
  times: values.map((_value, index) => (index - values.length) * MINUTE),
  logOdds: values,
});
const constant = (price: number, count = 30): EarlierPrices =>
  minutely(Array.from({ length: count }, () => logOdds(price)));
const scoreAfter = (newest: number, earlier: EarlierPrices) => moveScore(newest, 0, earlier);
const levelAfter = (price: number, earlier: EarlierPrices) => levelOf(scoreAfter(logOdds(price), earlier));
const anyLogOdds = fc.double({ min: -6, max: 6, noNaN: true });

describe("a price after a quiet half hour", () => {
  it.each([
    [2.0, 2.0, "normal"],
    [2.0, 1.95, "normal"],
    [2.0, 1.92, "warning"],
    [2.0, 1.9, "panic"],
    [2.0, 1.5, "panic"],
    [2.0, 1.002, "panic"],
    [2.0, 900, "panic"],
    [3.0, 3.2, "warning"],
    [3.0, 2.7, "panic"],
    [1.3, 1.2, "panic"],
  ] as const)("moves from %s to %s: %s", (from, to, level) => {
    expect(levelAfter(to, constant(from))).toBe(level);
  });

  it.each([
    [1.01, 1.02],
    [1.02, 1.01],
    [1.05, 1.06],
    [1.1, 1.12],
    [1.5, 1.52],
    [2.0, 2.04],
    [3.0, 3.1],
    [4.0, 4.2],
    [6.0, 6.4],
    [10, 10.5],
    [21, 23],
    [34, 41],
    [51, 67],
    [501, 1001],
  ])("is normal when it ticks from %s to %s", (from, to) => {
    expect(levelAfter(to, constant(from))).toBe("normal");
  });
});

describe("a price among moving ones", () => {
  it("is normal where moves of its size are usual", () => {
    const lively = minutely([2.0, 1.7, 2.1, 1.75, 2.2, 1.8, 2.05, 1.7].map(logOdds));
    expect(levelAfter(1.75, lively)).toBe("normal");
    expect(levelAfter(1.75, constant(2))).toBe("panic");
  });

  it("counts in deviations of log-odds once these are above the floor", () => {
    expect(distanceScore(0.8, 0, 0.4)).toBeCloseTo(2, 12);
    expect([1.499, 1.5, 1.999, 2].map(levelOf)).toEqual(["normal", "warning", "warning", "panic"]);
  });

  it("says nothing when fewer than three prices are known", () => {
    expect(scoreAfter(3, minutely([]))).toBe(0);
    expect(scoreAfter(3, minutely([0, 0]))).toBe(0);
    expect(scoreAfter(3, minutely([0, 0, 0]))).toBeGreaterThan(2);
  });
});

describe("a price that drifts", () => {
  const line = (from: number, perMinute: number, minutes: number) =>
    Array.from({ length: minutes }, (_unused, minute) => from + perMinute * minute);

  it("is normal while it goes on as it went, however far that is", () => {
    const drifting = minutely(line(0, -0.03, 30));
    expect(levelOf(scoreAfter(-0.9, drifting))).toBe("normal");
    expect(distanceScore(-0.9, -0.435, 0.264)).toBeGreaterThan(1.5);
  });

  it("is panic when it leaves its line", () => {
    expect(levelOf(scoreAfter(-1.5, minutely(line(0, -0.03, 30))))).toBe("panic");
  });

  it("is panic within minutes when it starts to run away after a quiet half hour", () => {
    const running = line(0, 0.04, 6);
    const levels = running.map((value, minute) =>
      levelOf(scoreAfter(value, minutely([...line(0, 0, 30), ...running.slice(0, minute)]))),
    );
    expect(levels).toEqual(["normal", "normal", "normal", "panic", "panic", "panic"]);
  });

  it("has a trend only where there was time for one", () => {
    const atOnce = { times: [-1, -1, -1], logOdds: [0, 0.1, -0.1] };
    expect(moveScore(1, 0, atOnce)).toBeCloseTo(distanceScore(1, 0, 0.1), 6);
  });
});

describe("the score of a move", () => {
  const anyEarlier = fc
    .array(fc.tuple(fc.integer({ min: -30 * MINUTE, max: 0 }), anyLogOdds), { minLength: 3, maxLength: 100 })
    .map((prices) => prices.sort(([a], [b]) => a - b))
    .map((prices) => ({ times: prices.map(([time]) => time), logOdds: prices.map(([, value]) => value) }));

  it("is a number, and not negative", () => {
    fc.assert(
      fc.property(anyLogOdds, anyEarlier, (newest, earlier) => {
        const score = scoreAfter(newest, earlier);
        expect(Number.isFinite(score)).toBe(true);
        expect(score).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("grows with the distance from what is usual", () => {
    const anyStep = fc.double({ min: 0, max: 4, noNaN: true });
    const anyDeviation = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        anyLogOdds,
        anyDeviation,
        anyStep,
        anyStep,
        fc.constantFrom(-1, 1),
        (usual, deviation, one, other, side) => {
          const near = distanceScore(usual + side * Math.min(one, other), usual, deviation);
          const far = distanceScore(usual + side * Math.max(one, other), usual, deviation);
          expect(far).toBeGreaterThanOrEqual(near - 1e-9);
        },
      ),
    );
  });

  it("is the same for an outcome and for its opposite", () => {
    fc.assert(
      fc.property(anyLogOdds, anyEarlier, (newest, earlier) => {
        const opposite = scoreAfter(-newest, { ...earlier, logOdds: earlier.logOdds.map((value) => -value) });
        const score = scoreAfter(newest, earlier);
        expect(Math.abs(opposite - score)).toBeLessThanOrEqual(1e-6 * (1 + score));
      }),
    );
  });

  it("never panics below two and a half points of probability from the usual price", () => {
    const points = (value: number) => 1 / (1 + Math.exp(-value));
    fc.assert(
      fc.property(anyLogOdds, anyEarlier, (newest, earlier) => {
        const mean = earlier.logOdds.reduce((sum, value) => sum + value, 0) / earlier.logOdds.length;
        if (levelOf(scoreAfter(newest, earlier)) === "panic")
          expect(Math.abs(points(newest) - points(mean))).toBeGreaterThan(0.025 - 1e-9);
      }),
    );
  });
});
