import { PERIOD_START_MINUTE, type Period } from "@touchline/domain";
import type { TimelineLine, TimelinePeriod } from "./timeline-file.ts";

export interface Pace {
  /** Wall-clock milliseconds at which the first half starts. */
  readonly kickoff: number;
  /** Match seconds per wall-clock second. */
  readonly speed: number;
  /** Longest a break may last on the wall clock, in milliseconds; what goes beyond is cut. Default: breaks in full. */
  readonly longestBreakMs?: number;
}

export const PERIOD_OF: Record<TimelinePeriod, Period> = {
  "1H": "first_half",
  "2H": "second_half",
  E1: "extra_first_half",
  E2: "extra_second_half",
  P: "shoot_out",
};

/** Minutes of rest before each period, as the laws of the game and custom have it. */
const BREAK_BEFORE_MINUTES: Record<Period, number> = {
  first_half: 0,
  second_half: 15,
  extra_first_half: 5,
  extra_second_half: 1,
  shoot_out: 5,
};

const MINUTE_MS = 60_000;

/**
 * Wall-clock milliseconds of each line of one match, in order and never falling.
 *
 * A period begins when the one before it has ended and the break is over, so its stoppage is never cut. Lines
 * without a clock (line-ups, the final whistle) stand where the line before them stands; where only the minute is
 * known its beginning counts, unless something later has already happened.
 */
export function wallTimesOf(lines: readonly TimelineLine[], pace: Pace): number[] {
  const { kickoff, speed, longestBreakMs = Infinity } = pace;
  let period: Period = "first_half";
  let periodStart = kickoff;
  let latest = kickoff;
  return lines.map((line) => {
    if (line.period === undefined) return latest;
    if (PERIOD_OF[line.period] !== period) {
      period = PERIOD_OF[line.period];
      const rest = (BREAK_BEFORE_MINUTES[period] * MINUTE_MS) / speed;
      periodStart = latest + Math.min(rest, longestBreakMs);
    }
    latest = Math.max(latest, periodStart + (secondsInto(line, period) * 1000) / speed);
    return latest;
  });
}

/** How long the match lasts on the wall clock, in milliseconds. */
export function durationMsOf(lines: readonly TimelineLine[], pace: Omit<Pace, "kickoff">): number {
  return Math.ceil(wallTimesOf(lines, { ...pace, kickoff: 0 }).at(-1) ?? 0);
}

function secondsInto(line: TimelineLine, period: Period): number {
  const minute = (line.minute ?? PERIOD_START_MINUTE[period]) - PERIOD_START_MINUTE[period];
  return Math.max(0, minute * 60 + (line.second ?? 0));
}
