import { CIRCUIT_LIFETIMES_MS, type CircuitState } from "./circuit-breaker.ts";
import { limitUntil } from "./limit-until.ts";
import { type PanicMode, panicQuota, type Stakes } from "./panic-quota.ts";
import type { VolatilityLevel } from "./price-move.ts";
import { CALM, circuitAt, panicDurationAt, volatilityAt, type VolatilityRecord } from "./volatility-record.ts";

/** Which rule bounds the lifetime. */
export const VOLATILITY_REASONS = [
  "base_lifetime",
  "warning",
  "panic",
  "panic_quota",
  "high_volatility",
  "circuit_open",
] as const;
export type VolatilityReason = (typeof VOLATILITY_REASONS)[number];

/** What volatility makes of every lifetime of a match at one moment. */
export interface VolatilityLimit {
  readonly level: VolatilityLevel;
  /** How far a panic has become usual; null when there is none. */
  readonly mode: PanicMode | null;
  readonly circuit: CircuitState;
  /** Longest lifetime in milliseconds, Infinity when there is no limit, 0 when nothing stays fresh. */
  readonly lifetimeMs: number;
  /** A prediction that has not seen the panicking move is not served without waiting for one that has. */
  readonly waitForFresh: boolean;
  readonly reason: VolatilityReason;
  /** Until when time alone leaves this limit as it is, wall-clock milliseconds; Infinity if only a price changes it. */
  readonly until: number;
}

/** Lifetime at warning level while the circuit is normal. */
export const WARNING_LIFETIME_MS = 60_000;

/**
 * The limit that volatility sets, for all markets of a match alike.
 *
 * | level   | normal circuit              | high volatility                | open                            |
 * | ------- | --------------------------- | ------------------------------ | ------------------------------- |
 * | normal  | none                        | none                           | 60 s                            |
 * | warning | 60 s                        | 10 s                           | 30 s                            |
 * | panic   | quota: 0, 5, 30 or 60 s     | the longer of quota and 5 s    | the longer of quota and 10 s    |
 *
 * In panic, quota and circuit both speak and the longer lifetime wins: each exists to spare the workers a panic that
 * has become usual, one by how long it has lasted, the other by how much of the last half hour it took. Where the
 * shorter one won, a panic broken by single calm prices would never be relaxed, for it starts the quota again each
 * time. Only while both say 0 is a fresh prediction waited for.
 * @param record undefined when nothing is known of any price: calm
 */
export function volatilityLimit(record: VolatilityRecord | undefined, stakes: Stakes, now: number): VolatilityLimit {
  const known = record ?? CALM;
  const level = volatilityAt(known, now);
  const circuit = circuitAt(known, now);
  const durationMs = panicDurationAt(known, now);
  const circuitMs = CIRCUIT_LIFETIMES_MS[circuit][level];
  const until = limitUntil(known, stakes, now);
  if (durationMs === undefined) {
    const lifetimeMs = level === "warning" ? Math.min(WARNING_LIFETIME_MS, circuitMs) : circuitMs;
    const reason = circuitMs < Infinity ? BREAKER_REASONS[circuit] : level === "warning" ? "warning" : "base_lifetime";
    return { level, mode: null, circuit, lifetimeMs, waitForFresh: false, reason, until };
  }
  const quota = panicQuota(durationMs, stakes);
  const lifetimeMs = Math.max(quota.lifetimeMs, circuitMs);
  const reason = lifetimeMs === 0 ? "panic" : quota.lifetimeMs >= circuitMs ? "panic_quota" : BREAKER_REASONS[circuit];
  return { level, mode: quota.mode, circuit, lifetimeMs, waitForFresh: lifetimeMs === 0, reason, until };
}

const BREAKER_REASONS = {
  normal: "base_lifetime",
  high_volatility: "high_volatility",
  open: "circuit_open",
} as const satisfies Record<CircuitState, VolatilityReason>;

/**
 * The lifetime of one prediction under a limit. No rule of volatility makes it longer than `baseLifetimeMs`: what the
 * time zone or the drift promises is true of the numbers themselves, and no worker is spared by a false label. Zero is
 * a lifetime like any other, never a missing one.
 */
export function limitLifetime(baseLifetimeMs: number, limit: VolatilityLimit): VolatilityLimit {
  // What is no number promises nothing.
  const base = baseLifetimeMs >= 0 ? baseLifetimeMs : 0;
  return limit.lifetimeMs < base ? limit : { ...limit, lifetimeMs: base, reason: baseReason(limit) };
}

/** In full panic the reader learns that it is panic, even where the base lifetime is nothing as well. */
function baseReason({ waitForFresh }: VolatilityLimit): VolatilityReason {
  return waitForFresh ? "panic" : "base_lifetime";
}

export interface VolatilityInput {
  /** Lifetime by time zone, or bounded by drift, in milliseconds. */
  readonly baseLifetimeMs: number;
  readonly record: VolatilityRecord | undefined;
  readonly stakes: Stakes;
  /** Wall-clock milliseconds. */
  readonly now: number;
}

/** How long a prediction may count as fresh while prices move, and why. Total; no clock. */
export function volatilityDecision({ baseLifetimeMs, record, stakes, now }: VolatilityInput): VolatilityLimit {
  return limitLifetime(baseLifetimeMs, volatilityLimit(record, stakes, now));
}
