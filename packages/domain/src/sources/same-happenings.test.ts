import { describe, expect, it } from "vitest";
import { type Report, sameHappenings, type Sameness } from "./same-happenings.ts";

const at = (clock: number, player?: string, period = "first_half"): Report => ({
  clock,
  slack: 0,
  period,
  at: clock * 1_000,
  player,
});
const within: Sameness = { withinSeconds: 90, areOthers: () => false };
const pairs = (ours: readonly Report[], theirs: readonly Report[], sameness = within): (number | undefined)[] =>
  sameHappenings(ours, theirs, sameness);

describe("reports of two sources", () => {
  it("are of one happening when they are the nearest within the tolerance", () => {
    expect(pairs([at(600), at(900)], [at(615), at(880)])).toEqual([0, 1]);
    expect(pairs([at(600)], [at(560), at(605)])).toEqual([undefined, 0]);
    expect(pairs([at(600)], [at(691)])).toEqual([undefined]);
  });

  it("are paired in their order, so that a late source is not mistaken for the next happening", () => {
    expect(pairs([at(600), at(630)], [at(625), at(655)])).toEqual([0, 1]);
    expect(pairs([at(600), at(630), at(660)], [at(633)])).toEqual([1]);
  });

  it("are of none in another period, at whatever clock", () => {
    expect(pairs([at(2_700)], [at(2_700, undefined, "second_half")])).toEqual([undefined]);
  });

  it("prefer the same player, and never pair two who are known to be two", () => {
    const players = [at(600, "p5"), at(604, "p7")];
    expect(pairs(players, [at(601, "p7")])).toEqual([1]);
    expect(pairs([at(600, "p5")], [at(600, "x1")])).toEqual([0]);
    expect(pairs([at(600, "p5")], [at(600, "p7")], { ...within, areOthers: () => true })).toEqual([undefined]);
  });

  it("are compared by the minute where the second is not known, and by the time where there is no clock", () => {
    const minuteOnly = { ...at(630), slack: 30 };
    expect(pairs([at(510)], [minuteOnly], { ...within, withinSeconds: 90 })).toEqual([0]);
    const untimed: Report = { ...at(600), clock: undefined, at: 640_000 };
    expect(pairs([at(600)], [untimed])).toEqual([0]);
    expect(pairs([at(600)], [{ ...untimed, at: 700_000 }])).toEqual([undefined]);
  });

  it("are known by their number alone where there is no tolerance", () => {
    expect(pairs([at(0), at(2_700)], [at(90), at(9_000)], { ...within, withinSeconds: Infinity })).toEqual([0, 1]);
  });

  it("are paired in passing when there are more than a match can have", () => {
    const many = Array.from({ length: 300 }, (_unused, index) => at(index * 200));
    const late = many.map((report) => at((report.clock ?? 0) + 20));
    expect(pairs(many, late)).toEqual(many.map((_report, index) => index));
  });
});
