import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClockPoint } from "../situation/clock-profile.ts";
import { cellAt, meansOf } from "../counts/count-grid.ts";
import { anyRates, anySituation, EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { goalWindowGrid } from "./goal-window.ts";
import { secondHalfGrid } from "./half-full.ts";
import { finalScoreGrid, firstHalfGrid } from "./score-grids.ts";

const at = (half: "first" | "second", minute: number): ClockPoint => ({ half, minute });
const END = at("second", Infinity);
const HALF_TIME = at("first", Infinity);

describe("goals inside a clock window", () => {
  it("are the whole match's when the window is the whole match", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const all = goalWindowGrid(rates, now, { from: at("first", 0), to: END }, now.score);
        const final = finalScoreGrid(rates, now);
        for (let home = 0; home < 8; home++) {
          for (let away = 0; away < 8; away++)
            expect(cellAt(all, home, away)).toBeCloseTo(cellAt(final, home, away), 11);
        }
      }),
    );
  });

  it("are the half's when the window is a half", () => {
    const now = situation({ stage: "first_half", minute: 12 });
    const first = goalWindowGrid(EXAMPLE_RATES, now, { from: at("first", 0), to: HALF_TIME });
    const second = goalWindowGrid(EXAMPLE_RATES, now, { from: at("second", 0), to: END });
    for (let home = 0; home < 6; home++) {
      for (let away = 0; away < 6; away++) {
        expect(cellAt(first, home, away)).toBeCloseTo(cellAt(firstHalfGrid(EXAMPLE_RATES, now), home, away), 11);
        expect(cellAt(second, home, away)).toBeCloseTo(cellAt(secondHalfGrid(EXAMPLE_RATES, now), home, away), 11);
      }
    }
  });

  it("are expected in windows as they are in the match", () => {
    fc.assert(
      fc.property(anyRates, anySituation, (rates, now) => {
        const cuts = [
          at("first", 0),
          at("first", 15),
          at("first", 30),
          HALF_TIME,
          at("second", 17),
          at("second", 31),
          END,
        ];
        let home = 0;
        for (let index = 1; index < cuts.length; index++) {
          const window = { from: cuts[index - 1]!, to: cuts[index]! };
          const distribution = goalWindowGrid(rates, now, window);
          expect(Math.abs(distribution.cells.reduce((sum, cell) => sum + cell, 0) - 1)).toBeLessThan(1e-12);
          home += meansOf(distribution).home;
        }
        // A penalty given in one window is taken in it, and counted once.
        expect(home).toBeCloseTo(meansOf(finalScoreGrid(rates, now)).home - now.score.home, 9);
      }),
    );
  });

  it("are what they are once the window has passed", () => {
    const now = situation({
      stage: "second_half",
      minute: 20,
      score: { home: 2, away: 0 },
      halfTimeScore: { home: 1, away: 0 },
    });
    const past = goalWindowGrid(
      EXAMPLE_RATES,
      now,
      { from: at("second", 0), to: at("second", 15) },
      { home: 1, away: 0 },
    );
    expect(cellAt(past, 1, 0)).toBe(1);
  });
});
