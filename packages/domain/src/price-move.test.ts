import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logOdds } from "./odds-sample.ts";
import { levelOf, moveScore } from "./price-move.ts";

const constant = (price: number, count = 30): number[] => Array.from({ length: count }, () => logOdds(price));
const levelAfter = (price: number, earlier: readonly number[]) => levelOf(moveScore(logOdds(price), earlier));
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
    const lively = [2.0, 1.7, 2.1, 1.75, 2.2, 1.8, 2.05, 1.7].map(logOdds);
    expect(levelAfter(1.75, lively)).toBe("normal");
    expect(levelAfter(1.75, constant(2))).toBe("panic");
  });

  it("counts in deviations of log-odds once these are above the floor", () => {
    const earlier = [-0.4, 0.4, -0.4, 0.4, 0];
    expect(moveScore(0.8, earlier)).toBeCloseTo(0.8 / 0.4, 12);
    expect(levelOf(2)).toBe("panic");
    expect(levelOf(1.5)).toBe("warning");
    expect(levelOf(1.499)).toBe("normal");
  });

  it("says nothing when fewer than three prices are known", () => {
    expect(moveScore(3, [])).toBe(0);
    expect(moveScore(3, [0, 0])).toBe(0);
    expect(moveScore(3, [0, 0, 0])).toBeGreaterThan(2);
  });
});

describe("the score of a move", () => {
  const anyEarlier = fc.array(anyLogOdds, { minLength: 3, maxLength: 100 });

  it("is a number, and not negative", () => {
    fc.assert(
      fc.property(anyLogOdds, anyEarlier, (newest, earlier) => {
        const score = moveScore(newest, earlier);
        expect(Number.isFinite(score)).toBe(true);
        expect(score).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("grows with the distance from the mean", () => {
    const steps = fc.tuple(fc.double({ min: 0, max: 4, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true }));
    fc.assert(
      fc.property(anyEarlier, steps, fc.constantFrom(-1, 1), (earlier, [one, other], side) => {
        const mean = earlier.reduce((sum, value) => sum + value, 0) / earlier.length;
        const near = moveScore(mean + side * Math.min(one, other), earlier);
        const far = moveScore(mean + side * Math.max(one, other), earlier);
        expect(far).toBeGreaterThanOrEqual(near - 1e-9);
      }),
    );
  });

  it("is the same for an outcome and for its opposite", () => {
    fc.assert(
      fc.property(anyLogOdds, anyEarlier, (newest, earlier) => {
        const opposite = moveScore(
          -newest,
          earlier.map((value) => -value),
        );
        expect(opposite).toBeCloseTo(moveScore(newest, earlier), 6);
      }),
    );
  });

  it("never panics below two and a half points of probability", () => {
    const points = (value: number) => 1 / (1 + Math.exp(-value));
    fc.assert(
      fc.property(anyLogOdds, anyEarlier, (newest, earlier) => {
        const mean = earlier.reduce((sum, value) => sum + value, 0) / earlier.length;
        if (levelOf(moveScore(newest, earlier)) === "panic")
          expect(Math.abs(points(newest) - points(mean))).toBeGreaterThan(0.025 - 1e-9);
      }),
    );
  });
});
