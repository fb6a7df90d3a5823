import type { CountGrid } from "@touchline/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellAt, meansOf, probabilityOf } from "../counts/count-grid.ts";
import { anyRates, anySituation, EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { goalIntensities } from "./goal-intensities.ts";
import { leadClass } from "./goal-chain.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { finalScoreGrid, firstHalfGrid } from "./score-grids.ts";
import type { MatchRates } from "../situation/situation.ts";

const FLAT: InPlayParams = {
  ...DEFAULT_IN_PLAY,
  leadFactors: { home: [1, 1, 1, 1, 1], away: [1, 1, 1, 1, 1] },
};

const sumOf = (grid: CountGrid) => grid.cells.reduce((sum, cell) => sum + cell, 0);
const homeWin = (grid: CountGrid) => probabilityOf(grid, (home, away) => home > away);
const poisson = (mean: number, n: number) => {
  let term = Math.exp(-mean);
  for (let k = 1; k <= n; k++) term *= mean / k;
  return term;
};

describe("the final score", () => {
  it("is a distribution that starts at the score so far, in any situation", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const grid = finalScoreGrid(rates, now);
        expect(Math.abs(sumOf(grid) - 1)).toBeLessThan(1e-12);
        expect(grid.cells.every((cell) => cell >= 0)).toBe(true);
        expect([grid.home0, grid.away0]).toEqual([now.score.home, now.score.away]);
      }),
    );
  });

  it("is Dixon and Coles's distribution before kick-off when leads change nothing", () => {
    const { home, away, rho } = EXAMPLE_RATES;
    const grid = finalScoreGrid(EXAMPLE_RATES, situation(), FLAT);
    const tau = [1 - home * away * rho, 1 + home * rho, 1 + away * rho, 1 - rho];
    for (let h = 0; h < 6; h++) {
      for (let a = 0; a < 6; a++) {
        const weight = h < 2 && a < 2 ? tau[h * 2 + a]! : 1;
        expect(cellAt(grid, h, a)).toBeCloseTo(weight * poisson(home, h) * poisson(away, a), 12);
      }
    }
  });

  it("expects the goals the rates say, whatever leads do to the tempo", () => {
    fc.assert(
      fc.property(anyRates, (rates) => {
        const means = meansOf(finalScoreGrid({ ...rates, rho: 0 }, situation()));
        expect(means.home).toBeCloseTo(rates.home, 9);
        expect(means.away).toBeCloseTo(rates.away, 9);
      }),
    );
  });

  it("agrees with a step-by-step recursion over the clock", () => {
    const grid = finalScoreGrid(
      { ...EXAMPLE_RATES, rho: 0 },
      situation({ stage: "half_time", score: { home: 1, away: 0 } }),
    );
    const share = 0.56;
    const stepped = stepByStep({ ...EXAMPLE_RATES, rho: 0 }, 1, share);
    expect(cellAt(grid, 1, 0)).toBeCloseTo(stepped[0]![0]!, 2);
    const chance = (row: number, col: number) => stepped[row]![col]!;
    for (const [row, col] of [
      [0, 1],
      [1, 1],
      [2, 0],
      [0, 3],
    ] as const) {
      expect(cellAt(grid, 1 + row, col) / cellAt(grid, 1, 0)).toBeCloseTo(chance(row, col) / chance(0, 0), 2);
    }
  });

  it("is the same before kick-off and at minute 0", () => {
    const kickOff = situation({ stage: "first_half" });
    expect(finalScoreGrid(EXAMPLE_RATES, kickOff)).toEqual(finalScoreGrid(EXAMPLE_RATES, situation()));
  });

  it("does not look at corners and cards", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const other = { ...now, corners: { home: 9, away: 9 }, cards: { home: 5, away: 5 } };
        const otherRates = {
          ...rates,
          corners: { home: 1, away: 1, size: 1 },
          cards: { home: 1, away: 1, size: 1 },
        };
        expect(finalScoreGrid(otherRates, other)).toEqual(finalScoreGrid(rates, now));
      }),
    );
  });

  it("turns round with the sides when the factors do", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const turned = finalScoreGrid(
          { ...rates, home: rates.away, away: rates.home },
          {
            ...now,
            score: { home: now.score.away, away: now.score.home },
            reds: { home: now.reds.away, away: now.reds.home },
            ...(now.penaltyPending ? { penaltyPending: now.penaltyPending === "home" ? "away" : "home" } : {}),
          },
          FLAT,
        );
        const grid = finalScoreGrid(rates, now, FLAT);
        expect(homeWin(turned)).toBeCloseTo(
          probabilityOf(grid, (home, away) => away > home),
          12,
        );
      }),
    );
  });

  it("moves on average nowhere: now is the mean of what a goal or none would make of it", () => {
    // Over the next instant: p = p + dt * (drift + rate_home * jump_home + rate_away * jump_away), so the jumps pay for
    // the drift.
    for (const score of [
      { home: 0, away: 0 },
      { home: 1, away: 0 },
      { home: 1, away: 1 },
      { home: 3, away: 1 },
    ]) {
      const at = (minute: number, added: [number, number]) =>
        situation({
          stage: "first_half",
          minute,
          score: { home: score.home + added[0], away: score.away + added[1] },
        });
      const step = 1e-4;
      const now = finalScoreGrid(EXAMPLE_RATES, at(20, [0, 0]));
      const later = finalScoreGrid(EXAMPLE_RATES, at(20 + step, [0, 0]));
      const stay = cellAt(now, score.home, score.away) / cellAt(later, score.home, score.away);
      const afterHome = finalScoreGrid(EXAMPLE_RATES, at(20 + step, [1, 0]));
      const afterAway = finalScoreGrid(EXAMPLE_RATES, at(20 + step, [0, 1]));
      const oneMore = (grid: CountGrid) => cellAt(grid, score.home + 1, score.away);
      const homeGoal = (oneMore(now) - stay * oneMore(later)) / oneMore(afterHome);
      const awayGoal = 1 - stay - homeGoal;
      const mixed = stay * homeWin(later) + homeGoal * homeWin(afterHome) + awayGoal * homeWin(afterAway);
      expect(mixed).toBeCloseTo(homeWin(now), 8);
    }
  });

  it("gives a pending penalty its goal with the chance penalties have", () => {
    const now = situation({
      stage: "second_half",
      minute: 44.9,
      halfTimeScore: { home: 0, away: 0 },
      penaltyPending: "home",
    });
    const without = finalScoreGrid(EXAMPLE_RATES, { ...now, penaltyPending: "away" });
    expect(cellAt(finalScoreGrid(EXAMPLE_RATES, now), 0, 0)).toBeLessThan(0.283);
    expect(homeWin(finalScoreGrid(EXAMPLE_RATES, now))).toBeGreaterThan(0.65);
    expect(homeWin(without)).toBeLessThan(0.1);
  });

  it("favours the side with more men", () => {
    const now = situation({
      stage: "second_half",
      minute: 10,
      halfTimeScore: { home: 0, away: 0 },
    });
    const short = homeWin(finalScoreGrid(EXAMPLE_RATES, { ...now, reds: { home: 1, away: 0 } }));
    const even = homeWin(finalScoreGrid(EXAMPLE_RATES, now));
    const more = homeWin(finalScoreGrid(EXAMPLE_RATES, { ...now, reds: { home: 0, away: 1 } }));
    expect(short).toBeLessThan(even);
    expect(more).toBeGreaterThan(even);
  });

  it("is certain after 90 minutes, extra time or not", () => {
    const over = situation({
      stage: "extra_first",
      minute: 9,
      score: { home: 2, away: 1 },
      fullTimeScore: { home: 1, away: 1 },
    });
    expect(cellAt(finalScoreGrid(EXAMPLE_RATES, over), 1, 1)).toBe(1);
  });

  it("answers the same bits to the same question", () => {
    const now = situation({ stage: "first_half", minute: 33.3, score: { home: 0, away: 1 } });
    const once = finalScoreGrid({ ...EXAMPLE_RATES }, now);
    finalScoreGrid({ ...EXAMPLE_RATES, home: 3 }, situation());
    expect(finalScoreGrid({ ...EXAMPLE_RATES }, now)).toEqual(once);
  });

  it("puts up with rates at the edges", () => {
    const none: MatchRates = { ...EXAMPLE_RATES, home: 0, away: 0 };
    expect(cellAt(finalScoreGrid(none, situation()), 0, 0)).toBe(1);
    expect(sumOf(finalScoreGrid({ ...EXAMPLE_RATES, home: 12, away: 9, rho: -5 }, situation()))).toBeCloseTo(1, 12);
    expect(() => finalScoreGrid({ ...EXAMPLE_RATES, home: Number.NaN }, situation())).toThrow(RangeError);
  });
});

describe("the half-time score", () => {
  it("is a distribution, and certain from half-time on", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const grid = firstHalfGrid(rates, now);
        expect(Math.abs(sumOf(grid) - 1)).toBeLessThan(1e-12);
        if (now.halfTimeScore) expect(cellAt(grid, now.halfTimeScore.home, now.halfTimeScore.away)).toBe(1);
      }),
    );
  });

  it("cannot be computed in the second half unless the half-time score was kept", () => {
    expect(() => firstHalfGrid(EXAMPLE_RATES, situation({ stage: "second_half" }))).toThrow("half-time score missing");
  });
});

/** First-order recursion in 2,000 steps: slow, and shares no code with the chain. */
function stepByStep(rates: MatchRates, lead: number, share: number): number[][] {
  const { home, away } = goalIntensities(rates, DEFAULT_IN_PLAY, { home: 0, away: 0 });
  const size = 9;
  let mass = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  mass[0]![0] = 1;
  const steps = 2000;
  for (let step = 0; step < steps; step++) {
    const next = mass.map((row) => [...row]);
    for (let h = 0; h < size; h++) {
      for (let a = 0; a < size; a++) {
        const own = leadClass(lead + h - a);
        const toHome = (mass[h]![a]! * home[own]! * share) / steps;
        const toAway = (mass[h]![a]! * away[own]! * share) / steps;
        next[h]![a]! -= toHome + toAway;
        if (h + 1 < size) next[h + 1]![a]! += toHome;
        if (a + 1 < size) next[h]![a + 1]! += toAway;
      }
    }
    mass = next;
  }
  return mass;
}
