import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_EPSILON, driftSeconds, surelyWithinSeconds } from "./drift.ts";
import { probabilityOf } from "../counts/count-grid.ts";
import { anyRates, anySituation, EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { nextGoal } from "../goals/next-goal.ts";
import { finalScoreGrid, firstHalfGrid } from "../goals/score-grids.ts";
import type { MatchRates, Situation } from "../situation/situation.ts";

const after = (now: Situation, seconds: number): Situation => ({
  ...now,
  minute: now.minute + seconds / 60,
});

function probabilities(rates: MatchRates, now: Situation): number[] {
  const final = finalScoreGrid(rates, now);
  const half = firstHalfGrid(rates, now);
  const next = nextGoal(rates, now);
  return [
    probabilityOf(final, (home, away) => home > away),
    probabilityOf(final, (home, away) => home === away),
    ...[0.5, 1.5, 2.5, 3.5, 4.5].map((line) => probabilityOf(final, (home, away) => home + away > line)),
    probabilityOf(final, (home, away) => home > 0 && away > 0),
    probabilityOf(half, (home, away) => home > away),
    next.home,
    next.none,
  ];
}

const largestMove = (one: number[], other: number[]) =>
  Math.max(...one.map((value, index) => Math.abs(value - other[index]!)));
const inPlay = anySituation.filter((now) => now.stage === "first_half" || now.stage === "second_half");

describe("how long predictions hold", () => {
  it("is never promised longer than they do, as far as a minute", () => {
    fc.assert(
      fc.property(anyRates, inPlay, (rates, now) => {
        const here = probabilities(rates, now);
        const seconds = Math.min(60, driftSeconds(here, probabilities(rates, after(now, 20)), 20));
        expect(largestMove(here, probabilities(rates, after(now, seconds)))).toBeLessThan(1.02 * DEFAULT_EPSILON);
      }),
      { numRuns: 200 },
    );
  });

  it("is at least what the goal rate alone allows", () => {
    fc.assert(
      fc.property(anyRates, inPlay, (rates, now) => {
        const seconds = surelyWithinSeconds(rates, now);
        const moved = largestMove(probabilities(rates, now), probabilities(rates, after(now, seconds)));
        expect(moved).toBeLessThanOrEqual(DEFAULT_EPSILON);
      }),
    );
  });

  it("is for ever while nothing moves", () => {
    expect(driftSeconds([0.5, 0.2], [0.5, 0.2], 30)).toBe(Infinity);
    expect(surelyWithinSeconds(EXAMPLE_RATES, situation({ stage: "half_time" }))).toBe(Infinity);
  });

  it("scales with the size of the move", () => {
    expect(driftSeconds([0.5], [0.51], 10)).toBeCloseTo(0.75 * 5, 12);
    expect(driftSeconds([0.5], [0.501], 10)).toBeCloseTo(0.75 * 50, 12);
  });

  it("refuses lists that do not belong together", () => {
    expect(() => driftSeconds([0.5], [0.5, 0.1], 10)).toThrow(RangeError);
    expect(() => driftSeconds([0.5], [0.5], 0)).toThrow(RangeError);
  });
});
