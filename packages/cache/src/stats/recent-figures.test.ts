import { describe, expect, it } from "vitest";
import { RecentFigures } from "./recent-figures.ts";

describe("recent figures", () => {
  it("hold the present minute and the one before it, and nothing older", () => {
    let now = 0;
    const figures = new RecentFigures(() => now);
    figures.observe("ms", 9);
    figures.add("reads", 4);
    now = 60_000;
    figures.observe("ms", 3);
    figures.add("reads", 1);
    expect([figures.least("ms"), figures.most("ms"), figures.mean("ms"), figures.count("reads")]).toEqual([3, 9, 6, 5]);
    now = 120_000;
    expect([figures.most("ms"), figures.count("reads")]).toEqual([3, 1]);
    now = 400_000;
    expect([figures.least("ms"), figures.most("ms"), figures.mean("ms"), figures.count("reads")]).toEqual([
      NaN,
      NaN,
      NaN,
      0,
    ]);
  });
});
