import { type PanicSpan, panicMsWithinWindow, VOLATILITY_WINDOW_MS } from "./panic-time.ts";
import type { VolatilityLevel } from "./price-move.ts";

export const CIRCUIT_STATES = ["normal", "high_volatility", "open"] as const;
export type CircuitState = (typeof CIRCUIT_STATES)[number];

/** Share of the last half hour spent in panic above which a state is entered, and below which it is left again. */
export const CIRCUIT_THRESHOLDS = {
  high_volatility: { above: 0.5, below: 0.3 },
  open: { above: 0.8, below: 0.6 },
} as const;

/** Longest lifetime by state of the circuit and level of volatility, in milliseconds; Infinity sets no limit. */
export const CIRCUIT_LIFETIMES_MS: Readonly<Record<CircuitState, Readonly<Record<VolatilityLevel, number>>>> = {
  normal: { panic: 0, warning: Infinity, normal: Infinity },
  high_volatility: { panic: 5_000, warning: 10_000, normal: Infinity },
  open: { panic: 10_000, warning: 30_000, normal: 60_000 },
};

/**
 * Where the circuit stands at `to`, if it stood at `state` at `from` and panic lay as in `spans` meanwhile.
 *
 * It depends on time alone and not on how often anybody asks: from one end of panic to the next, entering the window or
 * leaving it, the share only grows or only shrinks. So looking at these moments finds every threshold that was crossed.
 * @param spans every span that reaches into the window before `from` or lies after it
 */
export function advanceCircuit(
  state: CircuitState,
  spans: readonly PanicSpan[],
  from: number,
  to: number,
): CircuitState {
  if (spans.length === 0) return "normal";
  const turns = spans
    .flatMap(({ until }) => [until, until + VOLATILITY_WINDOW_MS])
    .filter((moment) => moment > from && moment < to)
    .sort((a, b) => a - b);
  let present = state;
  for (const moment of [...turns, to]) present = nextState(present, panicMsWithinWindow(spans, moment));
  return present;
}

/** Follows the thresholds as far as this share carries. They lie apart, so it never turns back. */
function nextState(state: CircuitState, panicMs: number): CircuitState {
  const share = panicMs / VOLATILITY_WINDOW_MS;
  const { high_volatility: high, open } = CIRCUIT_THRESHOLDS;
  if (state === "normal") return share > high.above ? nextState("high_volatility", panicMs) : state;
  if (state === "open") return share < open.below ? nextState("high_volatility", panicMs) : state;
  return share > open.above ? "open" : share < high.below ? "normal" : state;
}
