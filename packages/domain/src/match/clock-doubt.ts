import type { Fixture } from "../events/event-payloads.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** No match begins much before its time, and few much later. Beyond a day it was played on another one. */
const MOST_EARLY_MS = 30 * MINUTE_MS;
const MOST_LATE_MS = 90 * MINUTE_MS;
export const MOST_HOURS_OFF_MS = 15 * HOUR_MS;

/**
 * Whether the time at which a match is said to have begun lies hours from its fixture, as where a feed sends local time as
 * UTC: until an event tells a clock time, nobody knows which of the two is wrong. A replay keeps a time of its own.
 */
export function isDoubtful(fixture: Fixture | null, startedAt: number, claimedAt: string | undefined): boolean {
  if (!fixture || fixture.clockRate !== 1) return false;
  const lateMs = startedAt - Date.parse(fixture.kickoff);
  const isOff = lateMs < -MOST_EARLY_MS || lateMs > MOST_LATE_MS;
  return isOff && (claimedAt !== undefined || Math.abs(lateMs) <= MOST_HOURS_OFF_MS);
}
