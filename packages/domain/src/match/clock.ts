import type { Fixture } from "../events/event-payloads.ts";
import type { MatchState } from "./match-state.ts";
import { isPlayedOut, isPlayOver } from "./play-over.ts";
import { type Period, PERIOD_START_MINUTE, PERIODS, type Phase } from "../events/period.ts";

/** Where the match clock stands. Time is an argument of a prediction; this is that argument. */
export interface MatchClock {
  readonly phase: Phase;
  /** Elapsed minutes, with fraction, since the current period began; 0 while the clock stands. */
  readonly minutesIntoPeriod: number;
  /** Match seconds per wall-clock second; 0 while the clock stands. */
  readonly rate: number;
}

const BREAKS: readonly Phase[] = [
  "pre_match",
  "half_time",
  "extra_time_pending",
  "extra_half_time",
  "shoot_out_pending",
  "full_time",
];

/**
 * The clock of `state` at `now` (wall-clock milliseconds). Never negative, whatever the clock skew. It stands where a
 * match stopped that was not played to its end.
 */
export function clockAt(state: MatchState, now: number): MatchClock {
  if (isPlayedOut(state)) return { phase: "full_time", minutesIntoPeriod: 0, rate: 0 };
  if (state.clock === null) return { phase: BREAKS[state.periodsPlayed] ?? "full_time", minutesIntoPeriod: 0, rate: 0 };
  const rate = state.fixture?.clockRate ?? 1;
  const { period, startedAt, stoppedAt } = state.clock;
  const minutes = (((stoppedAt ?? now) - startedAt) / 60_000) * rate;
  return { phase: period, minutesIntoPeriod: Math.max(0, minutes), rate: stoppedAt === undefined ? rate : 0 };
}

/** Longer no period lasts, stoppage and interruptions included, in minutes. */
const MOST_MINUTES: Readonly<Record<Period, number>> = {
  first_half: 75,
  second_half: 75,
  extra_first_half: 40,
  extra_second_half: 40,
  shoot_out: Infinity,
};
/** Real minutes that a whistle may be reported late. */
const WHISTLE_MINUTES = 2;

/** Wall-clock milliseconds from which on the running period must have ended; Infinity while none runs. */
export function periodEndsBy({ clock, over, fixture }: MatchState): number {
  if (!clock || over || clock.stoppedAt !== undefined) return Infinity;
  return clock.startedAt + (MOST_MINUTES[clock.period] / (fixture?.clockRate ?? 1) + WHISTLE_MINUTES) * 60_000;
}

/** The clock shows a time that no match reaches: it began at another time, or its end was not reported. */
export function isBeyondPeriod(state: MatchState, now: number): boolean {
  return now > periodEndsBy(state);
}

/** Elapsed match minute as people count it: 45 when the second half starts, running on in stoppage. */
export function matchMinute(state: MatchState, clock: MatchClock): number {
  const period = PERIODS.find((name) => name === clock.phase);
  if (period) return Math.floor(PERIOD_START_MINUTE[period] + Math.min(clock.minutesIntoPeriod, 80));
  return state.periodsPlayed === 0 ? 0 : PERIOD_START_MINUTE[PERIODS[Math.min(state.periodsPlayed, 4)] ?? "shoot_out"];
}

/**
 * Identity of the clock's zero point. An entry remembers the anchor it was computed on: once the anchor has moved
 * (kick-off, a corrected start), its lifetime no longer holds, although its outcomes may.
 */
export function clockAnchor(state: MatchState): string {
  if (!state.clock || state.over) return "standing";
  const { period, startedAt, stoppedAt } = state.clock;
  return `${period}@${startedAt}${stoppedAt === undefined ? "" : `-${stoppedAt}`}x${state.fixture?.clockRate ?? 1}`;
}

/** The match runs, or may do so at any moment: goals are dangerous now. */
export function isInPlay(state: MatchState): boolean {
  return !isPlayOver(state) && hasBegun(state);
}

/**
 * Play has begun, whether or not it is over. A correction after the final whistle counts as one in play: the whistle
 * may be taken back, and what it left open may be traded again.
 */
export function hasBegun({ clock, periodsPlayed }: MatchState): boolean {
  return clock !== null || periodsPlayed > 0;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** No match begins much before its time, and few much later. Beyond a day it was played on another one. */
const MOST_EARLY_MS = 30 * MINUTE_MS;
const MOST_LATE_MS = 90 * MINUTE_MS;
export const MOST_HOURS_OFF_MS = 15 * HOUR_MS;

/**
 * Whether the time at which a match is said to have begun lies hours from its fixture, as where a feed sends local time
 * as UTC: until an event reports a clock time, nobody knows which of the two is wrong. A replay keeps a time of its
 * own.
 */
export function isDoubtful(fixture: Fixture | null, startedAt: number, claimedAt: string | undefined): boolean {
  if (!fixture || fixture.clockRate !== 1) return false;
  const lateMs = startedAt - Date.parse(fixture.kickoff);
  const isOff = lateMs < -MOST_EARLY_MS || lateMs > MOST_LATE_MS;
  return isOff && (claimedAt !== undefined || Math.abs(lateMs) <= MOST_HOURS_OFF_MS);
}
