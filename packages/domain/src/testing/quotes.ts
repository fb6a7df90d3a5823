import type { OddsSample } from "../volatility/odds-sample.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

interface QuoteOptions {
  readonly from?: number;
  readonly everyMs?: number;
  readonly market?: string;
  readonly outcome?: string;
}

/** One outcome's prices, quoted one after the other. */
export function quotes(prices: readonly number[], options: QuoteOptions = {}): OddsSample[] {
  const { from = 0, everyMs = MINUTE, market = "match_result", outcome = "home" } = options;
  return prices.map((price, index) => ({ at: from + index * everyMs, market, outcome, price }));
}

/** `count` times the same price: a quiet stretch of time. */
export function quiet(count: number, options: QuoteOptions & { readonly price?: number } = {}): OddsSample[] {
  return quotes(
    Array.from({ length: count }, () => options.price ?? 2),
    options,
  );
}

/**
 * Prices of a match that panics from `from` for `lastingMs`, and is calm before and after. Outcomes take turns: each is
 * quiet, jumps, and is the reason for panic until the next one has jumped. In the end all are back where they were.
 */
export function panicFor(lastingMs: number, from = 0): OddsSample[] {
  const samples: OddsSample[] = [];
  for (let turn = 0; turn * TURN_MS < lastingMs; turn++) {
    const at = from + turn * TURN_MS;
    const series = { market: `panic-${from}`, outcome: `turn-${turn}` };
    samples.push(...quiet(3, { from: at - 3 * MINUTE, ...series }), ...quotes([1.5], { from: at, ...series }));
    samples.push(...quotes([2], { from: Math.min(at + TURN_MS + MINUTE, from + lastingMs), ...series }));
  }
  return samples;
}

const TURN_MS = 20 * MINUTE;
