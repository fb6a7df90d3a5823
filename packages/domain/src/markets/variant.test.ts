import { describe, expect, it } from "vitest";
import { DEFAULT_VARIANT, findVariant, quote, VARIANTS } from "./variant.ts";

const decimal = findVariant("decimal-105")!;

describe("variants", () => {
  it("have ids of their own, one of them the default", () => {
    expect(new Set(VARIANTS.map(({ id }) => id)).size).toBe(VARIANTS.length);
    expect(findVariant(DEFAULT_VARIANT)?.id).toBe(DEFAULT_VARIANT);
    expect(findVariant("__proto__")).toBeUndefined();
  });

  it("quote probabilities as they are", () => {
    for (const probability of [0, 1e-9, 0.41, 1]) expect(quote(probability, findVariant("default")!)).toBe(probability);
  });

  it("quote decimal odds whose implied probabilities sum to the book", () => {
    const odds = [0.5, 0.3, 0.2].map((probability) => quote(probability, decimal)!);
    expect(odds).toEqual([1.905, 3.175, 4.762]);
    expect(odds.reduce((sum, price) => sum + 1 / price, 0)).toBeCloseTo(1.05, 3);
  });

  it("quote no odds at which a stake could only be lost, and none on the impossible", () => {
    expect(quote(0.999, decimal)).toBe(1.001);
    expect(quote(1, decimal)).toBe(1.001);
    expect(quote(0, decimal)).toBeNull();
    expect(quote(1e-9, decimal)).toBeGreaterThan(1e8);
  });
});
