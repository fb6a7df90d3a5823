import { describe, expect, it } from "vitest";
import { cellAt, meansOf } from "../counts/count-grid.ts";
import { EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { extraTimeFirstHalfGrid, extraTimeGrid } from "./extra-time.ts";

const level = { score: { home: 1, away: 1 }, fullTimeScore: { home: 1, away: 1 } };

describe("extra time", () => {
  it("expects its share of a match's goals before it begins, half of them in its first half", () => {
    const before = situation({ stage: "full_time", ...level });
    expect(meansOf(extraTimeGrid(EXAMPLE_RATES, before)).home).toBeCloseTo(0.3 * 1.6, 1);
    expect(meansOf(extraTimeFirstHalfGrid(EXAMPLE_RATES, before)).home).toBeCloseTo(0.15 * 1.6, 1);
  });

  it("counts only its own goals", () => {
    const now = situation({
      stage: "extra_second",
      minute: 10,
      score: { home: 2, away: 1 },
      fullTimeScore: { home: 1, away: 1 },
    });
    const grid = extraTimeGrid(EXAMPLE_RATES, now);
    expect([grid.home0, grid.away0]).toEqual([1, 0]);
    expect(cellAt(grid, 1, 0)).toBeGreaterThan(0.8);
  });

  it("runs down with its clock and leaves nothing at its end", () => {
    const goals = (minute: number) =>
      meansOf(extraTimeGrid(EXAMPLE_RATES, situation({ stage: "extra_first", minute, ...level }))).away;
    expect(goals(0)).toBeGreaterThan(goals(7));
    expect(goals(7)).toBeGreaterThan(goals(14));
    expect(cellAt(extraTimeGrid(EXAMPLE_RATES, situation({ stage: "extra_end", ...level })), 0, 0)).toBe(1);
  });

  it("takes a pending penalty of its own", () => {
    const now = situation({ stage: "extra_second", minute: 14.9, ...level });
    const grid = extraTimeGrid(EXAMPLE_RATES, { ...now, penaltyPending: "away" });
    expect(cellAt(grid, 0, 1)).toBeGreaterThan(0.7);
  });
});
