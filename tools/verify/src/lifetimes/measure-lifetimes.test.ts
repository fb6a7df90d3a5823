import { describe, expect, it } from "vitest";
import { measureLifetimes } from "./measure-lifetimes.ts";

const SEED = 16;

describe("prices within their lifetimes", () => {
  it("move no further than their label promises, however fast the clock runs", () => {
    console.info(`seed ${SEED}`);
    for (const { markets, moved, worst } of measureLifetimes(6, [1, 60], SEED)) {
      expect(markets).toBeGreaterThan(600);
      // One in a thousand may, and not by far.
      expect(moved / markets).toBeLessThanOrEqual(0.001);
      expect(worst).toBeLessThanOrEqual(0.008);
    }
  });
});
