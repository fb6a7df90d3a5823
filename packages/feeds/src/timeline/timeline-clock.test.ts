import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bundledMatch } from "../testing/bundled.ts";
import { durationMsOf, wallTimesOf } from "./timeline-clock.ts";
import { TimelineLine } from "./timeline-file.ts";

let seq = 0;
function line(period: string | undefined, minute?: number, second?: number | null): TimelineLine {
  return TimelineLine.parse({ match_id: "m", seq: seq++, type: "corner", period, minute, second });
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe("wall times", () => {
  it("count from kick-off, divided by the speed", () => {
    const lines = [line("1H", 0, 0), line("1H", 10, 30)];
    expect(wallTimesOf(lines, { kickoff: 500, speed: 10 })).toEqual([500, 500 + 63 * SECOND]);
  });

  it("give the second half its own start: after the stoppage and the whole break", () => {
    const lines = [line("1H", 47, 32), line("2H", 45, 0), line("2H", 46, 0)];
    const ended = 47 * MINUTE + 32 * SECOND;
    const restart = ended + 15 * MINUTE;
    expect(wallTimesOf(lines, { kickoff: 0, speed: 1 })).toEqual([ended, restart, restart + MINUTE]);
  });

  it("cut a long break and nothing else", () => {
    const lines = [line("1H", 47, 0), line("2H", 45, 0), line("2H", 90, 0)];
    const [ended = 0, restart = 0, late] = wallTimesOf(lines, {
      kickoff: 0,
      speed: 60,
      longestBreakMs: 5 * SECOND,
    });
    expect(ended).toBe(47 * SECOND);
    expect(restart - ended).toBe(5 * SECOND);
    expect(late).toBe(restart + 45 * SECOND);
  });

  it("never fall where only the minute is known", () => {
    const lines = [line("2H", 66, 40), line("2H", 66, null), line("2H", 67, 0)];
    const [shot, change, next] = wallTimesOf(lines, { kickoff: 0, speed: 1 });
    expect(change).toBe(shot);
    expect(next).toBe((shot ?? 0) + 20 * SECOND);
  });

  it("put a line without a clock where the line before it stands", () => {
    expect(wallTimesOf([line("1H", 1, 0), line(undefined)], { kickoff: 0, speed: 1 })).toEqual([MINUTE, MINUTE]);
  });

  it("rest before extra time and penalties as well", () => {
    const lines = [line("2H", 90, 0), line("E1", 90, 0), line("E2", 105, 0), line("P", 120, 0)];
    const [a = 0, b = 0, c = 0, d = 0] = wallTimesOf(lines, { kickoff: 0, speed: 1 });
    expect([b - a, c - b, d - c].map((ms) => ms / MINUTE)).toEqual([5, 1, 5]);
  });

  it("rise through a whole match at any speed, and end with its duration", () => {
    const lines = bundledMatch();
    const speed = fc.double({ min: 0.1, max: 1000, noNaN: true });
    const breaks = fc.integer({ min: 0, max: 20 * MINUTE });
    fc.assert(
      fc.property(speed, breaks, (rate, longestBreakMs) => {
        const times = wallTimesOf(lines, { kickoff: 0, speed: rate, longestBreakMs });
        expect(times.every((time, i) => time >= (times[i - 1] ?? 0))).toBe(true);
        const duration = durationMsOf(lines, { speed: rate, longestBreakMs });
        expect(duration).toBe(Math.ceil(times.at(-1) ?? 0));
      }),
    );
  });
});
