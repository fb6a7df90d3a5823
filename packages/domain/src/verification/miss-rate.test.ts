import { describe, expect, it } from "vitest";
import { eventsUntilFound, missRateBound } from "./miss-rate.ts";

describe("the upper bound of the miss rate", () => {
  it("is the rule of three without a miss", () => {
    expect(missRateBound(1_000, 0)).toBeCloseTo(3 / 1_000, 4);
    expect(missRateBound(300, 0)).toBeCloseTo(0.009936, 6);
  });

  it("is everything while nothing was compared, and when everything missed", () => {
    expect(missRateBound(0, 0)).toBe(1);
    expect(missRateBound(7, 7)).toBe(1);
  });

  it("agrees with Clopper and Pearson's published limits", () => {
    // One-sided 95 % is the upper limit of the two-sided 90 % interval.
    expect(missRateBound(10, 1)).toBeCloseTo(0.3942, 4);
    expect(missRateBound(20, 3)).toBeCloseTo(0.3437, 4);
    expect(missRateBound(100, 10)).toBeCloseTo(0.1637, 4);
  });

  it("holds for large counts and for many misses", () => {
    expect(missRateBound(1_000_000, 1)).toBeCloseTo(4.7439 / 1_000_000, 9);
    const bound = missRateBound(100_000, 40_000);
    expect(bound).toBeGreaterThan(0.4);
    expect(bound).toBeLessThan(0.403);
  });

  it("refuses more misses than comparisons", () => {
    expect(() => missRateBound(1, 2)).toThrow(RangeError);
    expect(() => missRateBound(Number.NaN, 0)).toThrow(RangeError);
  });
});

describe("events until a hidden read is found", () => {
  it("is about three over the share", () => {
    expect(eventsUntilFound(0.01)).toBe(299);
    expect(eventsUntilFound(0.01, 10)).toBe(30);
    expect(eventsUntilFound(1)).toBe(1);
    expect(() => eventsUntilFound(0)).toThrow(RangeError);
  });
});
