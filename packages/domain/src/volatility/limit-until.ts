import { CIRCUIT_THRESHOLDS } from "./circuit-breaker.ts";
import { CLOCK_SKEW_MS } from "../events/event-time.ts";
import { type PanicSpan, panicMsWithinWindow, VOLATILITY_WINDOW_MS } from "./panic-time.ts";
import { quotaStepsMs, type Stakes } from "./panic-quota.ts";
import { spansOf, type VolatilityRecord } from "./volatility-record.ts";

/**
 * Until when time alone leaves the limit of `record` as it is at `now`. It may stay longer and never changes before,
 * for whole milliseconds. Infinity where nothing but a further price changes it.
 */
export function limitUntil(record: VolatilityRecord, stakes: Stakes, now: number): number {
  const { lastAt, panic, warningUntil, spans } = record;
  if (panic === null && warningUntil === null && spans.length === 0) return Infinity;
  let until = Infinity;
  if (lastAt !== null && now < lastAt) {
    // A clock that is a little behind the newest price counts as being there, and so does not move until it is.
    if (lastAt - now <= CLOCK_SKEW_MS) return lastAt;
    until = lastAt - CLOCK_SKEW_MS;
  }
  if (warningUntil !== null) until = nearer(warningUntil, until, now);
  if (panic !== null) {
    until = nearer(panic.since, nearer(panic.until, until, now), now);
    for (const afterMs of quotaStepsMs(stakes)) until = nearer(panic.since + afterMs, until, now);
  }
  return Math.min(until, circuitUntil(spansOf(record), now));
}

/**
 * Until when the circuit stays. Between two ends of spans, entering the window or leaving it, the panic within the
 * window grows or shrinks evenly, so it is known when it meets a threshold.
 */
function circuitUntil(spans: readonly PanicSpan[], now: number): number {
  let until = Infinity;
  let growth = 0;
  for (const { from, until: end } of spans)
    for (const [shift, sign] of SIDES) {
      const [entry, exit] = [from + shift, end + shift];
      until = nearer(entry, nearer(exit, until, now), now);
      if (entry <= now && now < exit) growth += sign;
    }
  if (growth === 0) return until;
  const panicMs = panicMsWithinWindow(spans, now);
  for (const share of THRESHOLDS) {
    const awayMs = (share * VOLATILITY_WINDOW_MS - panicMs) / growth;
    if (awayMs >= 0) until = Math.min(until, now + Math.max(1, Math.floor(awayMs)));
  }
  return until;
}

/** Panic enters the window when it happens and leaves it when the window has passed. */
const SIDES = [
  [0, 1],
  [VOLATILITY_WINDOW_MS, -1],
] as const;
const THRESHOLDS = Object.values(CIRCUIT_THRESHOLDS).flatMap(({ above, below }) => [above, below]);

/** The earlier of `moment` and `until`; a moment that has passed does not count. */
function nearer(moment: number, until: number, now: number): number {
  return moment > now && moment < until ? moment : until;
}
