import { kickoffZoneOf, type MatchState } from "@touchline/domain";
import type { ServingDecision } from "./serving-decision.ts";
import { shownFreshUntil } from "./shown-fresh-until.ts";

/**
 * A match that is over changes by corrections alone. Until one arrives, a kept answer is wrong for this long at most.
 */
export const KEPT_WHEN_OVER_SECONDS = 60;

/**
 * In play, and where the kick-off may come at any moment: a price from before a goal must be gone after 2 s even when
 * no purge arrives. Caches that count whole seconds keep an answer up to a second longer than the header says.
 */
const KEPT_IN_PLAY_SECONDS = 1;

/** Well before kick-off a lost purge delays line-ups and a moved kick-off by this much. */
const KEPT_BEFORE_SECONDS = 10;

interface Kept {
  readonly state: MatchState;
  /** The store did not answer. */
  readonly degraded: boolean;
  readonly decisions: readonly ServingDecision[];
  /** Wall-clock milliseconds. */
  readonly now: number;
}

/**
 * How long a cache may keep an answer that is purged at every change, in whole seconds; 0 not at all.
 * What is stale, suspended or missing is never kept, and what is fresh not beyond any moment that it shows.
 */
export function keepSeconds({ state, degraded, decisions, now }: Kept): number {
  if (degraded || !decisions.every(({ status }) => status === "fresh" || status === "settled")) return 0;
  const open = decisions.filter(({ status }) => status === "fresh");
  if (open.length === 0 && state.over)
    return decisions.some(({ settlement }) => settlement?.provisional) ? 0 : KEPT_WHEN_OVER_SECONDS;
  const zone = kickoffZoneOf(state, now);
  const most = zone === undefined || zone === "warmup" ? KEPT_IN_PLAY_SECONDS : KEPT_BEFORE_SECONDS;
  const ends = open.flatMap((decision) => [decision.freshUntil, decision.until, shownFreshUntil(decision, now) ?? now]);
  // Headers are made once a second: they may be a second old when they are sent.
  const left = Math.floor((Math.min(Infinity, ...ends) - now) / 1000) - 1;
  return Math.max(0, Math.min(most, left));
}
