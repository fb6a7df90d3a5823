import { describe, expect, it } from "vitest";
import { drawnChances, substitutionsAllowed } from "./substitution-law.ts";

const fixture = (competition: string, season?: string, kickoff = "2026-08-15T15:00:00Z") => ({
  home: "Home",
  away: "Away",
  competition,
  kickoff,
  knockout: false,
  clockRate: 1,
  ...(season === undefined ? {} : { season }),
});

describe("substitutions", () => {
  it.each([
    ["ENG-Premier League", "2017/18", 3],
    ["ESP-La Liga", "2019/20", 3],
    ["ESP-La Liga", "2020/21", 5],
    ["ENG-Premier League", "2021/22", 3],
    ["ENG-Premier League", "2022/23", 5],
    ["Cup", undefined, 5],
  ])("of %s in %s: %s", (competition, season, allowed) => {
    expect(substitutionsAllowed(fixture(competition, season))).toBe(allowed);
  });

  it("follow the day of the match where no season is named", () => {
    expect(substitutionsAllowed(fixture("Cup", undefined, "2018-03-01T15:00:00Z"))).toBe(3);
  });

  it("take as many men as are drawn, the eager ones first, and nobody twice", () => {
    const chances = drawnChances([1, 1, 0.2, 0], 2);
    expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(2, 9);
    expect(chances[0]).toBeGreaterThan(chances[2]!);
    expect(chances[3]).toBe(0);
    expect(drawnChances([1, 0.2], 5)).toEqual([1, 1]);
    expect(drawnChances([0, 0], 1)).toEqual([0, 0]);
  });
});
