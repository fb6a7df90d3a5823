import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addScaled, cellAt, type CountGrid } from "../counts/count-grid.ts";
import { anyRates, anySituation, EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { halfFullGrid, type HalfFullGrid, secondHalfGrid } from "./half-full.ts";
import { finalScoreGrid, firstHalfGrid } from "./score-grids.ts";

/** The final score as the sum over both halves. */
function finalOf(joint: HalfFullGrid): CountGrid {
  const { first, second } = joint;
  const sum: CountGrid = { home0: 0, away0: 0, rows: 60, cols: 60, cells: new Float64Array(3600) };
  for (let cell = 0; cell < second.length; cell++) {
    const half = second[cell]!;
    const home0 = half.home0 + first.home0 + Math.floor(cell / first.cols);
    const away0 = half.away0 + first.away0 + (cell % first.cols);
    addScaled(sum, { ...half, home0, away0 }, first.cells[cell]!);
  }
  return sum;
}

describe("the joint distribution of both halves", () => {
  it("adds up to the half-time and the final score", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const joint = halfFullGrid(rates, now);
        expect(joint.second.length).toBe(joint.first.cells.length);
        expect(joint.first).toEqual(firstHalfGrid(rates, now));
        const final = finalScoreGrid(rates, now);
        const summed = finalOf(joint);
        for (let row = 0; row < final.rows; row++) {
          for (let col = 0; col < final.cols; col++) {
            const home = final.home0 + row;
            const away = final.away0 + col;
            expect(Math.abs(cellAt(summed, home, away) - cellAt(final, home, away))).toBeLessThan(1e-11);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("shares one grid among cells of the same lead", () => {
    const { first, second } = halfFullGrid(EXAMPLE_RATES, situation());
    expect(second[2 * first.cols]).toBe(second[3 * first.cols + 1]);
    expect(new Set(second).size).toBeLessThan(first.rows + first.cols + 4);
  });

  it("knows the goals the second half has seen", () => {
    const now = situation({
      stage: "second_half",
      minute: 20,
      score: { home: 2, away: 2 },
      halfTimeScore: { home: 0, away: 2 },
    });
    const { first, second } = halfFullGrid(EXAMPLE_RATES, now);
    expect(cellAt(first, 0, 2)).toBe(1);
    expect([second[0]!.home0, second[0]!.away0]).toEqual([2, 0]);
  });
});

describe("the goals of the second half", () => {
  it("are a distribution", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const sum = secondHalfGrid(rates, now).cells.reduce((total, cell) => total + cell, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
  });
});
