import { advanceCircuit, type CircuitState } from "./circuit-breaker.ts";
import { CLOCK_SKEW_MS } from "../events/event-time.ts";
import { type PanicSpan, panicMsWithinWindow, VOLATILITY_WINDOW_MS } from "./panic-time.ts";
import type { VolatilityLevel } from "./price-move.ts";

/**
 * What is known of a match's volatility when its last price has been folded: all that later questions need, whenever
 * they are asked. Plain JSON, a few hundred bytes as a rule and never more than a few thousand. Times in wall-clock
 * milliseconds.
 */
export interface VolatilityRecord {
  /** When the newest price was quoted; null before the first one. */
  readonly lastAt: number | null;
  readonly panic: Panic | null;
  /** When the last warning ends unless another price comes first. */
  readonly warningUntil: number | null;
  /** Panic that has ended, within the window before `lastAt`; oldest first. */
  readonly spans: readonly PanicSpan[];
  /** Where the circuit breaker stood at `lastAt`. */
  readonly circuit: CircuitState;
}

export interface Panic {
  /** Since when some market or other has panicked without a break. */
  readonly since: number;
  /** When it ends unless another price comes first: half an hour after the newest panicking price. */
  readonly until: number;
  /** When the newest panicking price was quoted: what was predicted before has not seen it. */
  readonly movedAt: number;
  /**
   * Fingerprint of the panicking prices quoted at `movedAt`. Another one at the same millisecond, or a corrected one,
   * is another move.
   */
  readonly movedBy: number;
}

/** Whether a price has panicked that what was predicted on `before` has not seen. */
export function hasMoved(before: VolatilityRecord, after: VolatilityRecord): boolean {
  const [was, is] = [before.panic, after.panic];
  return is !== null && (is.movedAt !== was?.movedAt || is.movedBy !== was.movedBy);
}

/** A match of which no price is known. */
export const CALM: VolatilityRecord = {
  lastAt: null,
  panic: null,
  warningUntil: null,
  spans: [],
  circuit: "normal",
};

/**
 * The level of the match: that of its most volatile outcome. Falls back to normal once the prices are half an hour old.
 */
export function volatilityAt(record: VolatilityRecord, now: number): VolatilityLevel {
  const moment = momentOf(record, now);
  if (panicAt(record, moment)) return "panic";
  return record.warningUntil !== null && moment < record.warningUntil ? "warning" : "normal";
}

/** How long the present panic has lasted, in milliseconds: 0 at its first moment, undefined when there is none. */
export function panicDurationAt(record: VolatilityRecord, now: number): number | undefined {
  const moment = momentOf(record, now);
  const panic = panicAt(record, moment);
  return panic && moment - panic.since;
}

/** Share of the half hour before `now` that was spent in panic, 0 to 1. */
export function panicShareAt(record: VolatilityRecord, now: number): number {
  return panicMsWithinWindow(spansOf(record), momentOf(record, now)) / VOLATILITY_WINDOW_MS;
}

/** Where the circuit breaker stands. Asking changes nothing, however often. */
export function circuitAt(record: VolatilityRecord, now: number): CircuitState {
  const { circuit, lastAt } = record;
  return lastAt === null ? circuit : advanceCircuit(circuit, spansOf(record), lastAt, momentOf(record, now));
}

/** Every span of the record, the present one as long as it will be if no further price comes. */
export function spansOf({ spans, panic }: VolatilityRecord): readonly PanicSpan[] {
  return panic ? [...spans, { from: panic.since, until: panic.until }] : spans;
}

function panicAt({ panic }: VolatilityRecord, moment: number): Panic | undefined {
  return panic && panic.since <= moment && moment < panic.until ? panic : undefined;
}

/** The moment a question is about: never before the newest price by mere difference of clocks. */
function momentOf({ lastAt }: VolatilityRecord, now: number): number {
  if (Number.isNaN(now)) return lastAt ?? 0;
  return lastAt !== null && now < lastAt && lastAt - now <= CLOCK_SKEW_MS ? lastAt : now;
}
