import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellAt, probabilityOf } from "../counts/count-grid.ts";
import { anyRates, anySituation, EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { lastGoal, nextGoal, nextGoalInHalf } from "./next-goal.ts";
import { finalScoreGrid, firstHalfGrid } from "./score-grids.ts";

describe("the next goal", () => {
  it("fails to come exactly when the score stays as it is", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const { score } = now;
        expect(nextGoal(rates, now).none).toBeCloseTo(cellAt(finalScoreGrid(rates, now), score.home, score.away), 11);
        if (now.stage === "first_half" || now.stage === "pre_match") {
          const half = cellAt(firstHalfGrid(rates, now), score.home, score.away);
          expect(nextGoalInHalf(rates, now).none).toBeCloseTo(half, 11);
        }
      }),
    );
  });

  it("shares one chance among home, away and none, and is surer over a longer time", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const match = nextGoal(rates, now);
        const half = nextGoalInHalf(rates, now);
        for (const chances of [match, half, lastGoal(rates, now)]) {
          expect(chances.home + chances.away + chances.none).toBeCloseTo(1, 12);
          expect(Math.min(chances.home, chances.away, chances.none)).toBeGreaterThanOrEqual(0);
        }
        expect(match.none).toBeLessThanOrEqual(half.none + 1e-12);
        expect(match.home).toBeGreaterThanOrEqual(half.home - 1e-12);
      }),
    );
  });

  it("is the pending penalty's if it is scored", () => {
    const now = situation({ stage: "first_half", minute: 10, penaltyPending: "away" });
    const without = nextGoal(EXAMPLE_RATES, situation({ stage: "first_half", minute: 10 }));
    const chances = nextGoal(EXAMPLE_RATES, now);
    expect(chances.home).toBeCloseTo(0.283 * without.home, 12);
    expect(chances.away).toBeCloseTo(0.717 + 0.283 * without.away, 12);
  });

  it("is over with the match", () => {
    expect(nextGoal(EXAMPLE_RATES, situation({ stage: "full_time" }))).toEqual({
      home: 0,
      away: 0,
      none: 1,
    });
  });
});

describe("the last goal", () => {
  it("is the next goal when there is time for one only", () => {
    const now = situation({ stage: "second_half", minute: 44.99, stoppage: { second: 0 } });
    const last = lastGoal(EXAMPLE_RATES, now);
    const next = nextGoal(EXAMPLE_RATES, now);
    expect(last.home).toBeCloseTo(next.home, 4);
    expect(last.away).toBeCloseTo(next.away, 4);
  });

  it("is the home side's whenever only the home side scores", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const grid = finalScoreGrid(rates, now);
        const { home, away } = now.score;
        const onlyHome = probabilityOf(grid, (h, a) => h > home && a === away);
        const onlyAway = probabilityOf(grid, (h, a) => a > away && h === home);
        const last = lastGoal(rates, now);
        expect(last.home).toBeGreaterThanOrEqual(onlyHome - 1e-12);
        expect(last.away).toBeGreaterThanOrEqual(onlyAway - 1e-12);
        expect(last.none).toBeCloseTo(nextGoal(rates, now).none, 11);
      }),
    );
  });
});
