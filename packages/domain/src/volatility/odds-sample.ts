import type { MatchEvent } from "../events/event.ts";
import type { EventType } from "../events/event-payloads.ts";

/** One price as somebody quoted it. */
export interface OddsSample {
  /** Wall-clock milliseconds, whole, at which the price was quoted, by the feed's clock. */
  readonly at: number;
  readonly market: string;
  readonly outcome: string;
  /** Decimal odds, above 1. */
  readonly price: number;
  /**
   * How many periods had begun by then, 0 when absent. Prices stand before kick-off and at half-time and drift while
   * the clock runs: those of one stretch say nothing of what is usual in another.
   */
  readonly stretch?: number;
}

/**
 * Log-odds of the probability that a price implies: `logit(1 / price)`. Equal steps are equally surprising near 0, near
 * 1 and in between, which they are neither in prices nor in probabilities.
 */
export function logOdds(price: number): number {
  return Math.log(1 / (price - 1));
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
  return (
    a.at - b.at ||
    compare(a.market, b.market) ||
    compare(a.outcome, b.outcome) ||
    a.price - b.price ||
    stretchOf(a) - stretchOf(b)
  );
}

export function stretchOf({ stretch }: OddsSample): number {
  return stretch ?? 0;
}

/** Whether it is a price of a known time. */
export function isSample({ at, price }: OddsSample): boolean {
  return Number.isSafeInteger(at) && Number.isFinite(price) && price > 1;
}

/** Every price in the standing events of a match. Retracted events and those without prices have none. */
export function oddsSamplesOf(events: Iterable<MatchEvent>): OddsSample[] {
  const standing = [...events].filter(({ retracted }) => !retracted);
  const starts = periodStartsOf(standing);
  return standing.flatMap((event) => samplesIn(event, starts));
}

/** The prices in one event. `starts`: see `periodStartsOf`. */
export function samplesIn({ type, occurredAt, payload }: MatchEvent, starts: readonly number[]): OddsSample[] {
  if (!PRICED.has(type)) return [];
  const { market, prices } = payload as { market?: unknown; prices?: unknown };
  if (typeof market !== "string" || typeof prices !== "object" || prices === null) return [];
  const at = Date.parse(occurredAt);
  const stretch = starts.filter((start) => start <= at).length;
  return Object.entries(prices).flatMap(([outcome, price]) =>
    typeof price === "number" ? [{ at, market, outcome, price, stretch }] : [],
  );
}

const PRICED: ReadonlySet<string> = new Set<EventType>(["odds_update", "odds_steam", "line_movement"]);
const STARTING: ReadonlySet<string> = new Set<EventType>(["kick_off", "period_start"]);

/** Whether it is of a type that reports prices. */
export function isPriced({ type }: { readonly type: string }): boolean {
  return PRICED.has(type);
}

/** Whether the event begins a period: prices are distinguished by the period in which they were quoted. */
export function beginsPeriod({ type }: MatchEvent): boolean {
  return STARTING.has(type);
}

/** When each period that was announced began, wall-clock milliseconds: by the earliest event that says so. */
export function periodStartsOf(events: Iterable<MatchEvent>): number[] {
  const starts = new Map<string, number>();
  for (const { type, period = "first_half", occurredAt } of events)
    if (STARTING.has(type)) starts.set(period, Math.min(starts.get(period) ?? Infinity, Date.parse(occurredAt)));
  return [...starts.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
