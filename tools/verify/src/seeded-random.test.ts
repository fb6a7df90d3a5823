import { describe, expect, it } from "vitest";
import { seededRandom } from "./seeded-random.ts";

describe("seeded random numbers", () => {
  it("repeats itself for one seed and name", () => {
    const draw = (): number[] => {
      const random = seededRandom(7, "wy-1");
      return [random.next(), random.next(), random.below(10)];
    };
    expect(draw()).toEqual(draw());
  });

  it("tells seeds and names apart", () => {
    const first = (seed: number, name: string): number => seededRandom(seed, name).next();
    expect(new Set([first(1, "a"), first(2, "a"), first(1, "b")]).size).toBe(3);
  });

  it("is spread evenly over [0, 1)", () => {
    const random = seededRandom(1, "spread");
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) counts[random.below(10)]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it("has nothing to pick from an empty list", () => {
    expect(() => seededRandom(1, "").pick([])).toThrow(RangeError);
  });
});
