import type { MatchEvent } from "./event.ts";
import { instantText } from "./instant.ts";

/** Clocks of feeds may run ahead of ours by this much. */
export const CLOCK_SKEW_MS = 60_000;

/**
 * `event` as the log takes it in at `now`, wall-clock milliseconds. Nothing has happened later than it was reported:
 * what claims to be from the future has happened now. A feed that sends its local time as UTC must neither hold the
 * match clock at the first minute for hours nor hide the prices to come behind its own, and its goals count all the
 * same.
 *
 * What the feed said is kept as `claimedAt`, by which a repetition is known for one.
 */
export function receivedAt(event: MatchEvent, now: number): MatchEvent {
  const { claimedAt: _ours, ...reported } = event;
  if (!(aheadMs(reported, now) > CLOCK_SKEW_MS)) return event.claimedAt === undefined ? event : reported;
  return { ...reported, occurredAt: instantText(now), claimedAt: reported.occurredAt };
}

/** How far the event's time lies ahead of `now`, in milliseconds; below zero for what lies behind. */
export function aheadMs({ occurredAt }: Pick<MatchEvent, "occurredAt">, now: number): number {
  return Date.parse(occurredAt) - now;
}

/** The event in the words of its feed. */
export function asReported(event: MatchEvent): MatchEvent {
  const { claimedAt, ...rest } = event;
  return claimedAt === undefined ? event : { ...rest, occurredAt: claimedAt };
}
