import { describe, expect, it } from "vitest";
import { daysNamed, usualDays } from "./test-day.ts";

const NOW = Date.parse("2026-11-28T10:20:30Z");
const iso = (ms: number): string => new Date(ms).toISOString();

describe("the days on which the tests have to be green", () => {
  it("are far on, leap day, new year, and both changes of the clocks in three zones", () => {
    expect(usualDays(NOW).map(({ name, startsAt, zone }) => `${name} ${iso(startsAt)} ${zone}`)).toEqual([
      "400-days-on 2028-01-02T10:20:30.000Z UTC",
      "leap-day 2028-02-29T12:00:00.000Z UTC",
      "new-year 2026-12-31T23:59:30.000Z UTC",
      "clocks-change-2027-03-28 2027-03-28T00:59:30.000Z Europe/London",
      "clocks-change-2027-03-28 2027-03-28T00:59:30.000Z America/Sao_Paulo",
      "clocks-change-2027-03-28 2027-03-28T00:59:30.000Z Asia/Kolkata",
      "clocks-change-2027-10-31 2027-10-31T00:59:30.000Z Europe/London",
      "clocks-change-2027-10-31 2027-10-31T00:59:30.000Z America/Sao_Paulo",
      "clocks-change-2027-10-31 2027-10-31T00:59:30.000Z Asia/Kolkata",
    ]);
  });
});

describe("an argument", () => {
  it.each([
    ["2028-02-29", "2028-02-29T12:00:00.000Z", "UTC"],
    ["2026-12-31T23:59:30Z", "2026-12-31T23:59:30.000Z", "UTC"],
    ["2027-03-28@Asia/Kolkata", "2027-03-28T12:00:00.000Z", "Asia/Kolkata"],
    ["new-year@Europe/London", "2026-12-31T23:59:30.000Z", "Europe/London"],
  ])("%s names a day", (argument, startsAt, zone) => {
    expect(daysNamed(argument, NOW).map((day) => [iso(day.startsAt), day.zone])).toEqual([[startsAt, zone]]);
  });

  it("that names a change of the clocks without a zone means all three", () => {
    expect(daysNamed("clocks-change-2027-03-28", NOW)).toHaveLength(3);
  });

  it.each(["test/faults", "-t", "goal", "packages/domain/src/clock.test.ts"])("%s is left to vitest", (argument) => {
    expect(daysNamed(argument, NOW)).toEqual([]);
  });

  it.each([
    ["2027-02-30", "2027-02-30 is no day"],
    ["2027-13-01", "2027-13-01 is no day"],
    ["2027-01-01T25:00Z", "2027-01-01T25:00Z is no day"],
    ["2027-01-01@Mars/Olympus", "Mars/Olympus is no time zone"],
  ])("%s is refused, with what to write", (argument, message) => {
    expect(() => daysNamed(argument, NOW)).toThrow(message);
  });
});
