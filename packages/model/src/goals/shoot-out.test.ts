import { describe, expect, it } from "vitest";
import { shootOutWin } from "./shoot-out.ts";

const even = { home: 0.75, away: 0.75 };

describe("a shoot-out", () => {
  it("is even between equals, whoever kicks first", () => {
    expect(shootOutWin()).toBeCloseTo(0.5, 12);
    expect(shootOutWin({ scored: { home: 0, away: 0 }, taken: { home: 0, away: 0 }, first: "away" })).toBeCloseTo(
      0.5,
      12,
    );
  });

  it("is decided when the other side cannot catch up any more", () => {
    expect(shootOutWin({ scored: { home: 3, away: 0 }, taken: { home: 3, away: 3 } })).toBe(1);
    expect(shootOutWin({ scored: { home: 2, away: 4 }, taken: { home: 4, away: 4 } })).toBe(0);
    expect(shootOutWin({ scored: { home: 6, away: 5 }, taken: { home: 6, away: 6 } })).toBe(1);
    expect(shootOutWin({ scored: { home: 3, away: 1 }, taken: { home: 3, away: 3 } })).toBeLessThan(1);
  });

  it("hangs on one kick when the first of a sudden-death pair has been scored", () => {
    const now = {
      scored: { home: 6, away: 5 },
      taken: { home: 6, away: 5 },
      first: "home",
    } as const;
    expect(shootOutWin(now, even)).toBeCloseTo(0.25 + 0.75 * 0.5, 12);
  });

  it("favours the better kickers", () => {
    expect(shootOutWin(undefined, { home: 0.8, away: 0.7 })).toBeGreaterThan(0.58);
    expect(shootOutWin(undefined, { home: 1, away: 0 })).toBe(1);
  });
});
