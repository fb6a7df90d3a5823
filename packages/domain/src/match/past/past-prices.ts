import { eventKey, type EventLog } from "../../events/event-log.ts";
import type { MatchEvent } from "../../events/event.ts";
import { isPriced } from "../../volatility/odds-sample.ts";
import { CALM_TRACK, type VolatilityTrack } from "../../volatility/volatility.ts";
import { applyBesidePrices } from "../apply-to-state.ts";
import { EMPTY_STATE, type MatchState } from "../match-state.ts";

/**
 * What is kept of the prices that have left a match's log. A feed sends several a second; blending, explanations and
 * corrections need the newest of each market, volatility needs what the older ones have led to, and nothing needs more.
 */
export interface PastPrices {
  /** Prices quoted up to here are in `track`, in the log or not; wall-clock milliseconds, -Infinity at first. */
  readonly through: number;
  readonly track: VolatilityTrack;
  /** Window marks that events which are gone have proved to be passed. */
  readonly marks: MatchState["marksPassed"];
  /** Prices that were left in the log when the last ones were dropped. */
  readonly left: number;
}

export const NO_PAST: PastPrices = { through: -Infinity, track: CALM_TRACK, marks: [], left: 0 };

export interface PriceLimits {
  /** The newest prices of a match, of whatever market: so many stay in the log. */
  readonly newest: number;
  /** The newest prices of each market: so many of before kick-off, of play and of extra time stay in the log. */
  readonly perMarket: number;
  /** Prices are dropped by so many at a time, because a match is folded anew then. */
  readonly atOnce: number;
}

/** At five prices a second in each of three markets, the newest alone are those of seventeen seconds. */
export const PRICE_LIMITS: PriceLimits = { newest: 256, perMarket: 4, atOnce: 256 };

/** Whether so many prices have come since the last were dropped that it is time to drop some. */
export function isTimeToDrop(priceEvents: number, past: PastPrices, { newest, atOnce }: PriceLimits): boolean {
  return priceEvents > Math.max(past.left, newest) + atOnce;
}

/** The prices of a log that none of the limits keeps, and until when the newest of them was quoted. */
export interface Dropped {
  readonly keys: readonly string[];
  readonly events: readonly MatchEvent[];
  readonly through: number;
  readonly left: number;
}

/**
 * Chooses what leaves the log.
 * @param order the standing events in match order
 */
export function droppedPrices(
  log: EventLog,
  order: readonly MatchEvent[],
  { newest, perMarket }: PriceLimits,
): Dropped {
  const priced = [...log.values()].filter(isPriced);
  const times = priced.map(quotedAt).sort((a, b) => a - b);
  const through = times[times.length - newest - 1] ?? -Infinity;
  const kept = keptForTheirMarkets(priced, order, perMarket);
  const events = priced.filter((event) => quotedAt(event) <= through && !kept.has(event));
  return { keys: events.map(eventKey), events, through, left: priced.length - events.length };
}

/**
 * The newest of each market in each phase, in match order; beside them the newest that were taken back, for they may be
 * sent again; and what says more than a price.
 */
function keptForTheirMarkets(
  priced: readonly MatchEvent[],
  order: readonly MatchEvent[],
  perMarket: number,
): ReadonlySet<MatchEvent> {
  const { phases, proofs } = phasesOf(order);
  const standing = [...phases].map(([event, phase]) => ({ event, group: `${marketOf(event)} ${phase}` }));
  const retracted = priced
    .filter((event) => event.retracted)
    .sort((a, b) => quotedAt(a) - quotedAt(b))
    .map((event) => ({ event, group: `${marketOf(event)} retracted` }));
  const counts = new Map<string, number>();
  const kept = new Set<MatchEvent>(proofs);
  for (const { event, group } of [...standing, ...retracted].toReversed()) {
    const count = counts.get(group) ?? 0;
    if (count >= perMarket) continue;
    counts.set(group, count + 1);
    kept.add(event);
  }
  return kept;
}

/**
 * `ahead`: before the scheduled kick-off, for the whistle may be reported late and then still decides what was quoted
 * before play; `before`: later, but before play.
 */
type Phase = "ahead" | "before" | "play" | "extra";

/** The phase of each price, in match order, and the prices that have proved or moved the clock. */
function phasesOf(order: readonly MatchEvent[]): {
  readonly phases: ReadonlyMap<MatchEvent, Phase>;
  readonly proofs: readonly MatchEvent[];
} {
  const phases = new Map<MatchEvent, Phase>();
  const proofs: MatchEvent[] = [];
  let state = EMPTY_STATE;
  for (const event of order) {
    const before = state;
    state = applyBesidePrices(state, event);
    if (!isPriced(event)) continue;
    if (state !== before) proofs.push(event);
    phases.set(event, phaseOf(state, event));
  }
  return { phases, proofs };
}

function phaseOf({ clock, periodsPlayed, fixture }: MatchState, event: MatchEvent): Phase {
  if (clock !== null || periodsPlayed > 0) return event.period?.startsWith("extra_") ? "extra" : "play";
  return fixture && quotedAt(event) <= Date.parse(fixture.kickoff) ? "ahead" : "before";
}

/**
 * Whether a price is of a time that is past and its market has newer ones enough: it would be dropped again at once.
 * Without this, a producer that sends its whole history again would fill the log with it.
 */
export function isForgotten(
  { log, past }: { readonly log: EventLog; readonly past: PastPrices },
  event: MatchEvent,
  { perMarket }: PriceLimits = PRICE_LIMITS,
): boolean {
  if (!isPriced(event) || !(quotedAt(event) <= past.through) || log.has(eventKey(event))) return false;
  let newer = 0;
  for (const other of log.values())
    if (isPriced(other) && marketOf(other) === marketOf(event) && quotedAt(other) > quotedAt(event)) newer++;
  return newer >= perMarket;
}

/** What has left the log between two folds of a match, to be stored with the step. */
export interface LeavingPrices {
  readonly keys: readonly string[];
  readonly past: PastPrices;
}

/** Undefined where nothing has left. */
export function leavingPrices(
  before: { readonly log: EventLog; readonly past: PastPrices },
  after: { readonly log: EventLog; readonly past: PastPrices },
): LeavingPrices | undefined {
  if (after.past === before.past) return undefined;
  return { keys: [...before.log.keys()].filter((key) => !after.log.has(key)), past: after.past };
}

export function quotedAt({ occurredAt }: MatchEvent): number {
  return Date.parse(occurredAt);
}

function marketOf({ payload }: MatchEvent): string {
  return "market" in payload ? String(payload.market) : "";
}
