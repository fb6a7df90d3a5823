import type { MatchEvent } from "./event.ts";
import type { EventType } from "./event-payloads.ts";

/** One price as somebody quoted it. */
export interface OddsSample {
  /** Wall-clock milliseconds at which the price was quoted, by the feed's clock. */
  readonly at: number;
  readonly market: string;
  readonly outcome: string;
  /** Decimal odds, above 1. */
  readonly price: number;
}

/**
 * Log-odds of the probability that a price implies: `logit(1 / price)`. Equal steps are equally surprising near 0, near
 * 1 and in between, which they are neither in prices nor in probabilities.
 */
export function logOdds(price: number): number {
  return -Math.log(price - 1);
}

/** Samples in the one order in which they are folded, what is no price left out, and repetitions counted once. */
export function inSampleOrder(samples: Iterable<OddsSample>): OddsSample[] {
  const ordered = [...samples].filter(isSample).sort(compareSamples);
  return ordered.filter((sample, index) => {
    const before = ordered[index - 1];
    return before === undefined || compareSamples(before, sample) !== 0;
  });
}

/** Total order: by time, then by name and price, so that simultaneous samples never depend on who came first. */
export function compareSamples(a: OddsSample, b: OddsSample): number {
  return a.at - b.at || compare(a.market, b.market) || compare(a.outcome, b.outcome) || a.price - b.price;
}

export function isSample({ at, price }: OddsSample): boolean {
  return Number.isFinite(at) && Number.isFinite(price) && price > 1;
}

/** Every price in the standing events of a match. Retracted events and those without prices have none. */
export function oddsSamplesOf(events: Iterable<MatchEvent>): OddsSample[] {
  const samples: OddsSample[] = [];
  for (const { type, retracted, occurredAt, payload } of events) {
    if (retracted || !PRICED.has(type)) continue;
    const { market, prices } = payload as { market?: unknown; prices?: unknown };
    if (typeof market !== "string" || typeof prices !== "object" || prices === null) continue;
    const at = Date.parse(occurredAt);
    for (const [outcome, price] of Object.entries(prices))
      if (typeof price === "number") samples.push({ at, market, outcome, price });
  }
  return samples;
}

const PRICED: ReadonlySet<string> = new Set<EventType>(["odds_update", "odds_steam", "line_movement"]);

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
