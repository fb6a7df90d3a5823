import type { CountGrid } from "@touchline/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cardGrid,
  cornerGrid,
  firstHalfCardGrid,
  firstHalfCornerGrid,
  nextCard,
  nextCorner,
} from "./corners-and-cards.ts";
import { cellAt, meansOf, probabilityOf } from "./count-grid.ts";
import { finalCounts } from "./counting-process.ts";
import { remainingShare } from "../situation/clock-profile.ts";
import { DEFAULT_IN_PLAY } from "../situation/in-play-params.ts";
import { anyRates, anySituation, EXAMPLE_RATES, situation } from "../testing/example-match.ts";

const sumOf = (grid: CountGrid) => grid.cells.reduce((sum, cell) => sum + cell, 0);
const over = (grid: CountGrid, line: number) => probabilityOf(grid, (home, away) => home + away > line);

/** Covariance of the two sides' counts. */
function covarianceOf(grid: CountGrid): number {
  const { home, away } = meansOf(grid);
  let sum = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      sum += grid.cells[row * grid.cols + col]! * (grid.home0 + row - home) * (grid.away0 + col - away);
    }
  }
  return sum;
}

describe("corners and cards", () => {
  it("are distributions that start at the counts so far", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        for (const grid of [cornerGrid(rates, now), firstHalfCornerGrid(rates, now)]) {
          expect(Math.abs(sumOf(grid) - 1)).toBeLessThan(1e-12);
        }
        for (const grid of [cardGrid(rates, now), firstHalfCardGrid(rates, now)]) {
          expect(Math.abs(sumOf(grid) - 1)).toBeLessThan(1e-12);
        }
        expect(cornerGrid(rates, now).home0).toBe(now.corners.home);
        expect(cardGrid(rates, now).away0).toBe(now.cards.away);
      }),
    );
  });

  it("expect before kick-off what the rates say", () => {
    fc.assert(
      fc.property(anyRates, (rates) => {
        expect(meansOf(cornerGrid(rates, situation())).home).toBeCloseTo(rates.corners.home, 7);
        expect(meansOf(cardGrid(rates, situation())).away).toBeCloseTo(rates.cards.away, 7);
      }),
    );
  });

  it("go over a higher line less often", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const grid = cornerGrid(rates, now);
        for (let line = 0.5; line < 20; line++) expect(over(grid, line)).toBeGreaterThanOrEqual(over(grid, line + 1));
      }),
    );
  });

  it("look at nothing but their own counts and the clock", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const goals = {
          score: { home: 4, away: 4 },
          halfTimeScore: { home: 4, away: 4 },
          reds: { home: 2, away: 0 },
        };
        const otherRates = { ...rates, home: 0.1, away: 5, rho: 0 };
        expect(cornerGrid(otherRates, { ...now, ...goals, cards: { home: 8, away: 8 } })).toEqual(
          cornerGrid(rates, now),
        );
        expect(cardGrid(otherRates, { ...now, ...goals, corners: { home: 8, away: 8 } })).toEqual(cardGrid(rates, now));
      }),
    );
  });

  it("take many corners so far for a sign of more to come", () => {
    const at = (home: number) =>
      situation({
        stage: "half_time",
        corners: { home, away: 2 },
        firstHalfCorners: { home, away: 2 },
      });
    const toCome = (home: number) => meansOf(cornerGrid(EXAMPLE_RATES, at(home))).home - home;
    expect(toCome(7)).toBeGreaterThan(toCome(1));
    expect(toCome(7)).toBeLessThan(1.5 * toCome(1));
  });

  it("let announced stoppage change what is still to be played, and nothing that has been", () => {
    const counted = { home: 6, away: 5 };
    const at = (second: number) =>
      situation({
        stage: "second_half",
        minute: 44,
        stoppage: { second },
        corners: counted,
        firstHalfCorners: { home: 3, away: 3 },
      });
    const toCome = (second: number) => meansOf(cornerGrid(EXAMPLE_RATES, at(second))).home - counted.home;
    const left = (second: number) => remainingShare(at(second), DEFAULT_IN_PLAY.cornerProfile, DEFAULT_IN_PLAY).second;
    expect(toCome(8) / toCome(3)).toBeCloseTo(left(8) / left(3), 9);
  });

  it("let one side's corners come at the other's expense, and cards by themselves as the sizes say", () => {
    expect(covarianceOf(cornerGrid(EXAMPLE_RATES, situation()))).toBeLessThan(0);
    expect(covarianceOf(cardGrid(EXAMPLE_RATES, situation()))).toBeGreaterThan(0);
    const alone = finalCounts(
      { rates: { home: 3, away: 2, size: 20 }, shareConcentration: 20 },
      { home: 0, away: 0 },
      0,
      1,
    );
    expect(covarianceOf(alone)).toBeCloseTo(0, 9);
  });

  it("stand still when the match is over, and need the half's counts after it", () => {
    const over90 = situation({
      stage: "full_time",
      corners: { home: 5, away: 4 },
      firstHalfCorners: { home: 2, away: 2 },
    });
    expect(cellAt(cornerGrid(EXAMPLE_RATES, over90), 5, 4)).toBe(1);
    expect(cellAt(firstHalfCornerGrid(EXAMPLE_RATES, over90), 2, 2)).toBe(1);
    expect(() => firstHalfCardGrid(EXAMPLE_RATES, over90)).toThrow("first-half cards missing");
  });

  it("come next to nobody exactly when the counts stay as they are", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const corner = nextCorner(rates, now);
        expect(corner.home + corner.away + corner.none).toBeCloseTo(1, 12);
        expect(corner.none).toBeCloseTo(cellAt(cornerGrid(rates, now), now.corners.home, now.corners.away), 10);
        expect(nextCard(rates, now).none).toBeCloseTo(cellAt(cardGrid(rates, now), now.cards.home, now.cards.away), 10);
      }),
    );
  });
});
