import { CATALOGUE } from "../markets/catalogue.ts";
import { clockAnchor, hasBegun } from "../match/clock.ts";
import { variantImpact, type ReadsOf, readsOf } from "./dependency-graph.ts";
import { changedFacts, type FactName } from "../dependencies/facts.ts";
import { isListed, type Market } from "../markets/market.ts";
import type { MatchState } from "../match/match-state.ts";
import { type Settlement, settlementOf } from "../markets/settlement.ts";
import { stricter, type Severity } from "../dependencies/severity.ts";
import { suspensionOf } from "../markets/suspension.ts";
import { VARIANTS } from "../markets/variant.ts";
import { hasMoved } from "../volatility/volatility-record.ts";

export interface TouchedMarket {
  readonly market: string;
  readonly severity: Severity;
  readonly because: readonly FactName[];
  /** Variants whose prediction it reaches; undefined means all of them. */
  readonly variants?: readonly string[];
}

/** A market that is not in the match and has missed a hard change. It reaches every variant. */
export type CollectedMarket = Pick<TouchedMarket, "market" | "because">;

/** What one change of a match's state does to its markets. */
export interface InvalidationPlan {
  readonly changed: readonly FactName[];
  /** Open markets whose prediction must be made again. */
  readonly touched: readonly TouchedMarket[];
  /**
   * Markets that are not in the match after the change and that it reaches hard. Nothing is predicted for them now;
   * their requirement is raised hard, so that one that comes back is suspended until it is predicted again.
   */
  readonly collected: readonly CollectedMarket[];
  /** Markets that are settled now and were not, or not in this way. */
  readonly settled: readonly { readonly market: string; readonly settlement: Settlement }[];
  /** Markets whose settlement was taken back. They are touched as well, unless they have left the match. */
  readonly reopened: readonly string[];
  /** Markets whose suspension began or ended without a new prediction. */
  readonly offerChanged: readonly string[];
  /** The match clock started, stopped or was corrected: lifetimes end, predictions stand. */
  readonly clockMoved: boolean;
  /** A price has panicked: predictions from before it are not served without waiting. */
  readonly panicMoved: boolean;
  /** What was known before must not be served any more, for at least one market and not even as stale. */
  readonly forbids: boolean;
  /** Whether the match had begun before the change, or has after it: only then may a change forbid older prices. */
  readonly begun: boolean;
  /** Open markets before the change, and those of them that nothing happened to. */
  readonly open: number;
  readonly preserved: number;
}

/** Decides what the step from `before` to `after` invalidates, and nothing else. Pure; no clock. */
export function planInvalidation(
  before: MatchState,
  after: MatchState,
  markets: readonly Market[] = CATALOGUE,
  reads: ReadsOf = readsOf,
): InvalidationPlan {
  const changed = changedFacts(before, after);
  const touched: TouchedMarket[] = [];
  const collected: CollectedMarket[] = [];
  const settled: { market: string; settlement: Settlement }[] = [];
  const reopened: string[] = [];
  const offerChanged: string[] = [];
  const clockMoved = clockAnchor(before) !== clockAnchor(after);
  const panicMoved = hasMoved(before.volatility, after.volatility);
  const begun = hasBegun(before) || hasBegun(after);
  const touches = touchesOf(changed, begun, reads);
  let left = false;
  let open = 0;
  let preserved = 0;
  for (const market of markets) {
    const wasListed = isListed(market, before);
    const was = wasListed ? settlementOf(market, before) : undefined;
    if (wasListed && !was) open++;
    if (changed.length === 0) {
      if (wasListed && !was) preserved++;
      continue;
    }
    if (!isListed(market, after)) {
      if (wasListed && !was) preserved++;
      // What has left the match is not settled in it either.
      if (was) reopened.push(market.id);
      const missed = touches(market);
      if (was || missed?.severity === "hard") collected.push({ market: market.id, because: missed?.because ?? [] });
      left ||= wasListed;
      continue;
    }
    const is = settlementOf(market, after);
    if (is) {
      if (!was || !sameSettlement(was, is)) settled.push({ market: market.id, settlement: is });
      continue;
    }
    const touch = touches(market);
    if (was) reopened.push(market.id);
    if (was) touched.push({ market: market.id, severity: "hard", because: touch?.because ?? [] });
    else if (touch) touched.push(touch);
    // New in this match: it must be made, whatever it reads. Without a requirement it could never be called fresh.
    else if (!wasListed) touched.push({ market: market.id, severity: "soft", because: [] });
    const offer = suspensionOf(market, before) !== suspensionOf(market, after);
    if (offer) offerChanged.push(market.id);
    if (wasListed && !was && !touch && !offer) preserved++;
  }
  const forbids = left || isForbidding({ touched, settled, reopened, offerChanged });
  return {
    changed,
    touched,
    collected,
    settled,
    reopened,
    offerChanged,
    clockMoved,
    panicMoved,
    forbids,
    begun,
    open,
    preserved,
  };
}

/** Whether these parts of a plan forbid serving what was known before. A market that leaves the match does so too. */
export function isForbidding({
  touched,
  settled,
  reopened,
  offerChanged,
}: Pick<InvalidationPlan, "touched" | "settled" | "reopened" | "offerChanged">): boolean {
  const hard = touched.some(({ severity }) => severity === "hard");
  return hard || settled.length > 0 || reopened.length > 0 || offerChanged.length > 0;
}

/** Changes of facts that come up in a match: most events change one fact or two, and the same ones again. */
const REMEMBERED_CHANGES = 256;
const remembered = new WeakMap<ReadsOf, Map<string, Touches>>();

/** What a change does to a market, worked out when first asked. */
type Touches = (market: Market) => TouchedMarket | undefined;

/** What the change of these facts touches under the graph. It follows from nothing else, so it is remembered. */
function touchesOf(changed: readonly FactName[], begun: boolean, reads: ReadsOf): Touches {
  const ofReads = remembered.get(reads) ?? new Map<string, Touches>();
  remembered.set(reads, ofReads);
  const key = `${String(begun)} ${changed.join()}`;
  const known = ofReads.get(key);
  if (known) return known;
  const worked = new Map<Market, TouchedMarket | undefined>();
  const touches: Touches = (market) => {
    if (worked.has(market)) return worked.get(market);
    const touch = touchOf(market, changed, begun, reads);
    worked.set(market, touch);
    return touch;
  };
  if (ofReads.size >= REMEMBERED_CHANGES) ofReads.clear();
  ofReads.set(key, touches);
  return touches;
}

function touchOf(
  market: Market,
  changed: readonly FactName[],
  begun: boolean,
  reads: ReadsOf,
): TouchedMarket | undefined {
  const impacts = VARIANTS.flatMap((variant) => {
    const impact = variantImpact(market, variant, changed, reads);
    return impact ? [{ variant: variant.id, ...impact }] : [];
  });
  const [first] = impacts;
  if (!first) return undefined;
  // Before kick-off nobody can have seen a goal that the price has not: serve stale while refreshing.
  const severity = begun ? impacts.map((impact) => impact.severity).reduce(stricter) : "soft";
  const because = [...new Set(impacts.flatMap((impact) => impact.because))];
  const everywhere = impacts.length === VARIANTS.length;
  return {
    market: market.id,
    severity,
    because,
    ...(everywhere ? {} : { variants: impacts.map(({ variant }) => variant) }),
  };
}

function sameSettlement(a: Settlement, b: Settlement): boolean {
  if (a === b) return true;
  const outcomes = Object.keys(a.outcomes);
  return (
    a.provisional === b.provisional &&
    outcomes.length === Object.keys(b.outcomes).length &&
    outcomes.every((outcome) => a.outcomes[outcome] === b.outcomes[outcome])
  );
}

/**
 * The plan for a match whose entries may come from another dependency graph: every open market is touched, because
 * nobody can tell which facts those entries read. `settled` is all that the present rules settle.
 * @param stored markets with a stored settlement. Where the present rules make none, it is taken back: nobody may trade
 * at a price from before it, so these markets are hard.
 */
export function planFullInvalidation(
  before: MatchState,
  after: MatchState,
  reads: ReadsOf = readsOf,
  stored: ReadonlySet<string> = new Set(),
  markets: readonly Market[] = CATALOGUE,
): InvalidationPlan {
  const plan = planInvalidation(before, after, markets, reads);
  const severity: Severity = plan.begun && plan.changed.length > 0 ? "hard" : "soft";
  const reached = new Map(plan.touched.map((touch) => [touch.market, touch]));
  const reopened = new Set(plan.reopened);
  const collected = new Map(plan.collected.map((missed) => [missed.market, missed]));
  const touched: TouchedMarket[] = [];
  const settled: { market: string; settlement: Settlement }[] = [];
  for (const market of markets) {
    const settlement = isListed(market, after) ? settlementOf(market, after) : undefined;
    if (settlement) {
      settled.push({ market: market.id, settlement });
      continue;
    }
    if (stored.has(market.id)) reopened.add(market.id);
    const taken = reopened.has(market.id);
    const because = reached.get(market.id)?.because ?? [];
    if (isListed(market, after)) touched.push({ market: market.id, severity: taken ? "hard" : severity, because });
    else if (taken && !collected.has(market.id)) collected.set(market.id, { market: market.id, because });
  }
  return {
    ...plan,
    touched,
    collected: [...collected.values()],
    settled,
    reopened: [...reopened],
    forbids: true,
    preserved: 0,
  };
}
