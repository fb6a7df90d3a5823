import { CATALOGUE, marketsOf } from "../markets/catalogue.ts";
import { type ComputationId, costGroupOf, type Market } from "../markets/market.ts";
import { isCovered } from "../dependencies/coverage.ts";
import { clockAnchor } from "../match/clock.ts";
import { type EntryAge, freshnessOf, type Requirement, type VolatilityEffect } from "../freshness/freshness.ts";
import type { MatchState } from "../match/match-state.ts";
import { stakesOf } from "../volatility/panic-quota.ts";
import { DEFAULT_VARIANT, VARIANTS } from "../markets/variant.ts";
import { volatilityLimit } from "../volatility/volatility-policy.ts";

export interface RefreshInput {
  readonly state: MatchState;
  readonly now: number;
  readonly settled: ReadonlySet<string>;
  /** The only markets to look at; all of them when absent. */
  readonly among?: ReadonlySet<string> | undefined;
  readonly entryOf: (variant: string, market: string) => EntryAge | undefined;
  readonly requirementOf: (variant: string, market: string) => Requirement | undefined;
  /** Match version of the newest panicking price. */
  readonly movedVersion: number;
  /** Variants with a refresh request: their readers wait, or were served stale. */
  readonly requested: ReadonlySet<string>;
  /** When each variant was last read: its recent access, wall-clock milliseconds. */
  readonly lastAccess: ReadonlyMap<string, number>;
  /** The markets in force; those of the catalogue by default. */
  readonly markets?: readonly Market[];
}

export interface RefreshPlan {
  /** Markets to predict, by variant. Variants with nothing to do are left out. */
  readonly due: ReadonlyMap<string, readonly string[]>;
  /** What must be computed for them: each primitive once, and no other. */
  readonly primitives: ReadonlySet<ComputationId>;
}

/** A variant read within this time is refreshed as soon as something touches it; others when they are next read. */
export const RECENT_ACCESS_WINDOW_MS = 10 * 60 * 1000;

/**
 * Decides what a refresh has to compute: what is overtaken, missing or timed on another clock in recently
 * accessed variants, and, where a reader has requested it, what has expired as well; of `among`, or of all markets.
 *
 * Cost is paid per primitive. So where one market of a primitive has expired, its siblings are refreshed with it
 * instead of one by one a moment later; where an event touched some markets only, the others are left alone.
 */
export function planRefresh(input: RefreshInput): RefreshPlan {
  const due = new Map<string, string[]>();
  const primitives = new Set<ComputationId>();
  if (!input.state.fixture) return { due, primitives };
  const { state, now, movedVersion } = input;
  const volatility = { limit: volatilityLimit(state.volatility, stakesOf(state.fixture), now), movedVersion };
  const { settled, among, markets: inForce = CATALOGUE } = input;
  const open = marketsOf(state, inForce).filter(
    (market) => !settled.has(market.id) && (!among || among.has(market.id)) && isCovered(market, state),
  );
  for (const variant of VARIANTS) {
    const requested = input.requested.has(variant.id);
    if (!requested && !isRecentlyAccessed(variant.id, input)) continue;
    const expired = new Set(
      requested ? open.filter((market) => hasExpired(input, volatility, variant.id, market.id)).map(costGroupOf) : [],
    );
    const markets = open.filter(
      (market) => expired.has(costGroupOf(market)) || isRequired(input, volatility, variant.id, market.id),
    );
    if (markets.length === 0) continue;
    due.set(
      variant.id,
      markets.map((market) => market.id),
    );
    for (const market of markets) primitives.add(market.primitive);
  }
  return { due, primitives };
}

function isRecentlyAccessed(variant: string, { lastAccess, now }: RefreshInput): boolean {
  return variant === DEFAULT_VARIANT || now - (lastAccess.get(variant) ?? -Infinity) < RECENT_ACCESS_WINDOW_MS;
}

function isRequired(
  { entryOf, requirementOf, state }: RefreshInput,
  { limit, movedVersion }: VolatilityEffect,
  variant: string,
  market: string,
): boolean {
  const entry = entryOf(variant, market);
  const requirement = requirementOf(variant, market);
  if (limit.waitForFresh && entry && !(entry.seen >= movedVersion)) return true;
  return !entry || !requirement || entry.seen < requirement.version || entry.anchor !== clockAnchor(state);
}

function hasExpired(
  { entryOf, requirementOf, state, now }: RefreshInput,
  volatility: VolatilityEffect,
  variant: string,
  market: string,
): boolean {
  const entry = entryOf(variant, market);
  const requirement = requirementOf(variant, market);
  return freshnessOf({
    entry,
    requirement,
    settled: false,
    offered: true,
    state,
    volatility,
    now,
    random: EARLY,
    xfetchBeta: 1,
  }).refresh;
}

/** A reader chose to refresh early: whatever XFetch would choose once in 400 reads is refreshed with it. */
const EARLY = Math.exp(-6);
