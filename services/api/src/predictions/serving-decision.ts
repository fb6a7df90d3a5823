import type { Entry, StoredRequirement, StoredSettlement } from "@touchline/cache";
import { MARKET_STATUSES, type MarketStatus } from "@touchline/contract";
import {
  dependsOnClock,
  type FreshnessReason,
  freshnessOf,
  freshUntilOf,
  hasBegun,
  isCovered,
  isListed,
  type Market,
  type MatchState,
  periodEndsBy,
  payoffReads,
  stakesOf,
  suspensionOf,
  type SuspensionReason,
  volatilityLimit,
} from "@touchline/domain";
import type { Doubt } from "../l1/master-proof.ts";
import type { ReadSnapshot } from "./prediction-reader.ts";

/** How one market of a snapshot may be served at one moment. */
export interface ServingDecision {
  readonly market: Market;
  readonly status: MarketStatus;
  readonly reason:
    | FreshnessReason
    | "too_stale"
    | SuspensionReason
    | "not_listed"
    | "store_unavailable"
    | "events_pending"
    | "blind"
    | Doubt;
  /** How long an accepted event may have been waiting, or nobody could look, in whole seconds. */
  readonly behindSeconds?: number;
  /** A refresh should make the prediction again. */
  readonly refresh: boolean;
  /** Worth waiting for: missing, or too stale. */
  readonly wait: boolean;
  readonly entry: Entry | undefined;
  readonly requirement: StoredRequirement | undefined;
  readonly settlement: StoredSettlement | undefined;
  /** Until when its lifetime lasts, clock moves and volatility included; `now` without an entry. Milliseconds. */
  readonly freshUntil: number;
  /** Until when time alone leaves status and reason as they are; Infinity where only an event changes them. */
  readonly until: number;
  /**
   * What it is promised from the moment it was made, in milliseconds: less than was stored while prices are in a panic.
   */
  readonly lifetimeMs: number;
}

export interface Moment {
  /** Wall-clock milliseconds. */
  readonly now: number;
  /**
   * Uniform in (0, 1], one for all markets of a read: a refresh takes in the whole match, and a draw for each market
   * would multiply the chance of an early one by their number.
   */
  readonly random: number;
  readonly xfetchBeta: number;
}

export function decide(snapshot: ReadSnapshot, market: Market, moment: Moment): ServingDecision {
  const decision = decideCurrent(snapshot, market, moment);
  if (snapshot.doubt) return doubted(decision, snapshot, snapshot.doubt, moment);
  if (!snapshot.degraded || decision.status === "suspended" || decision.status === "missing") return decision;
  // Changes since then are unknown, so nothing is promised and nothing is waited for.
  return {
    ...decision,
    status: "stale",
    reason: "store_unavailable",
    refresh: false,
    wait: false,
    freshUntil: moment.now,
  };
}

/**
 * A store that cannot be believed may lack a goal: nothing is offered once the match has begun, or where the state
 * says nothing. A settlement stands where the truth is whole: the events before a break settle what they settle. A
 * refresh would be refused, so none is asked for.
 */
function doubted(decision: ServingDecision, { state }: ReadSnapshot, doubt: Doubt, { now }: Moment): ServingDecision {
  const { entry, settlement, reason } = decision;
  if (reason === "not_listed" || (settlement && doubt !== "truth_incomplete")) return decision;
  const isOffered = entry !== undefined && state.fixture !== null && !hasBegun(state);
  return {
    ...decision,
    settlement: undefined,
    status: isOffered && decision.status !== "suspended" ? "stale" : "suspended",
    reason: doubt,
    refresh: false,
    wait: false,
    freshUntil: now,
    until: now,
  };
}

function decideCurrent(snapshot: ReadSnapshot, market: Market, { now, random, xfetchBeta }: Moment): ServingDecision {
  const { state } = snapshot;
  const entry = snapshot.entries.get(market.id);
  const requirement = snapshot.requirementOf(market.id);
  const settlement = snapshot.settled.get(market.id);
  const listed = settlement !== undefined || isListed(market, state);
  const suspension = settlement ? undefined : whyNotOffered(market, state, now);
  const volatility = {
    limit: volatilityLimit(state.volatility, stakesOf(state.fixture), now),
    movedVersion: snapshot.movedVersion,
  };
  const decision = freshnessOf({
    entry,
    requirement,
    settled: settlement !== undefined,
    offered: suspension === undefined,
    state,
    volatility,
    now,
    random,
    xfetchBeta,
  });
  const tooStale = decision.status === "too_stale";
  const endsBy = periodEndsBy(state);
  const promised = entry ? freshUntilOf(entry, volatility.limit, state) : now;
  // What does not exist in this match, or is not carried, cannot be made, and nothing can before the teams are known.
  const possible = listed && state.fixture !== null && isCovered(market, state);
  return {
    market,
    status: decision.status === "too_stale" ? "stale" : decision.status,
    reason: tooStale && decision.reason !== "panic" ? "too_stale" : (suspension ?? decision.reason),
    refresh: possible && decision.refresh,
    wait: possible && (tooStale || decision.status === "missing"),
    entry,
    requirement,
    settlement,
    freshUntil: decision.expiry,
    until: Math.min(decision.until, endsBy > now ? endsBy : Infinity),
    lifetimeMs: entry ? promised - entry.computedAt : 0,
  };
}

function whyNotOffered(market: Market, state: MatchState, now: number): SuspensionReason | "not_listed" | undefined {
  if (!isListed(market, state))
    return state.fixture !== null && !isCovered(market, state) ? "not_covered" : "not_listed";
  const suspended = suspensionOf(market, state);
  if (suspended || now <= periodEndsBy(state)) return suspended;
  return dependsOnClock(payoffReads(market)) ? "clock_unsure" : undefined;
}

export function worstOf(decisions: readonly ServingDecision[]): MarketStatus {
  return MARKET_STATUSES.find((status) => decisions.some((decision) => decision.status === status)) ?? "settled";
}
