import {
  changedFacts,
  type FactName,
  type InvalidationPlan,
  isListed,
  type Market,
  planInvalidation,
  type ReadsOf,
  readsOf,
  type Settlement,
  suspensionOf,
  VARIANTS,
} from "@touchline/domain";
import type { BothSides, Step } from "./play-match.ts";
import { distance, settledQuote } from "./standing.ts";
import { emptyTypeTally, LISTED_ERRORS, type Miss, type Tally, type TypeTally } from "./tally.ts";

/** A change this small is rounding; one this large is worth a reader's attention. */
const REAL_CHANGE = 1e-12;
const MATERIAL_CHANGE = 0.005;

/**
 * Holds one step of a match against the invalidation planned for it, and adds what it finds to `tally`.
 *
 * A prediction that differs bit for bit and was not flagged is a miss; so is a settlement or a suspension that
 * changed in silence. `reads` is the dependency graph under test.
 */
export function checkStep(step: Step, markets: readonly Market[], tally: Tally, reads: ReadsOf = readsOf): void {
  const { event, before, after, injected } = step;
  const plan = planInvalidation(before.state, after.state, markets, reads);
  const flags = flagsOf(plan);
  const key = `${injected ? "+" : ""}${event.type}${event.type === "period_end" ? ` (${event.period})` : ""}`;
  const type = (tally.types[key] ??= emptyTypeTally());
  type.events++;
  for (const fact of changedFacts(before.state, after.state)) tally.facts[fact] = (tally.facts[fact] ?? 0) + 1;
  const openBefore = new Set(before.open.map(({ id }) => id));
  const openAfter = new Set(after.open.map(({ id }) => id));
  const check = { step, plan, flags, type, tally };
  for (const market of markets) {
    const was = before.settled.get(market.id);
    const is = after.settled.get(market.id);
    if (openBefore.has(market.id)) countReach(market, check, is);
    if (was && is) checkSettled(market, was, is, check);
    else if (!openBefore.has(market.id) && !was) continue;
    else if (!isListed(market, after.state)) checkLeft(market, was, check);
    else {
      // A market that is no longer on offer is compared with nothing, and so differs.
      checkQuotes(market, { was, is, openAfter: openAfter.has(market.id) }, check);
      checkOffer(market, is, check);
    }
  }
}

interface Check {
  readonly step: Step;
  readonly plan: InvalidationPlan;
  readonly flags: Flags;
  readonly type: TypeTally;
  readonly tally: Tally;
}

interface Flags {
  readonly touched: ReadonlyMap<string, InvalidationPlan["touched"][number]>;
  readonly settled: ReadonlySet<string>;
  readonly reopened: ReadonlySet<string>;
  readonly offerChanged: ReadonlySet<string>;
}

function flagsOf({ touched, settled, reopened, offerChanged }: InvalidationPlan): Flags {
  return {
    touched: new Map(touched.map((touch) => [touch.market, touch])),
    settled: new Set(settled.map(({ market }) => market)),
    reopened: new Set(reopened),
    offerChanged: new Set(offerChanged),
  };
}

function countReach(market: Market, { flags, type }: Check, is: Settlement | undefined): void {
  const seed = Object.values(market.aliases).filter((alias) => alias !== "").length;
  const touch = flags.touched.get(market.id);
  const settled = is !== undefined && flags.settled.has(market.id);
  type.open++;
  type.seedOpen += seed;
  if (settled) type.settled++;
  if (settled) type.seedSettled += seed;
  if (touch || settled) type.touched++;
  if (touch || settled) type.seedTouched += seed;
  if (settled || touch?.severity === "hard") type.hard++;
  if (settled || touch?.severity === "hard") type.seedHard += seed;
}

interface Passage {
  readonly was: Settlement | undefined;
  readonly is: Settlement | undefined;
  readonly openAfter: boolean;
}

function checkQuotes(market: Market, { was, is, openAfter }: Passage, check: Check): void {
  const { step, flags, type, tally } = check;
  const touch = flags.touched.get(market.id);
  for (const { id: variant } of VARIANTS) {
    const old = was ? settledQuote(was) : step.quotes?.before.get(variant)?.get(market.id);
    const now = is ? settledQuote(is) : step.quotes?.after.get(variant)?.get(market.id);
    const atOneClock = distance(old, now);
    const atOwnClocks = was || is || !openAfter || !step.jump ? 0 : jumpOf(market.id, variant, step.jump);
    const flagged = is
      ? flags.settled.has(market.id)
      : flags.reopened.has(market.id) || (touch !== undefined && (touch.variants?.includes(variant) ?? true));
    const moved = Math.max(atOneClock, atOwnClocks);
    if (flagged) {
      type.flagged++;
      if (moved > REAL_CHANGE) type.changed++;
      if (moved > MATERIAL_CHANGE) type.material++;
      countEdge(market, touch?.because, moved, tally);
    } else if (moved !== 0) {
      const kind = is ? "settlement" : atOneClock !== 0 ? "prediction" : "jump";
      recordMiss({ kind, market: market.id, variant, distance: moved }, check);
    }
  }
}

function jumpOf(market: string, variant: string, { before, after }: BothSides): number {
  return distance(before.get(variant)?.get(market), after.get(variant)?.get(market));
}

function checkSettled(market: Market, was: Settlement, is: Settlement, check: Check): void {
  const same = distance(settledQuote(was), settledQuote(is)) === 0 && was.provisional === is.provisional;
  const flagged = check.flags.settled.has(market.id);
  if (!same && !flagged) recordMiss({ kind: "settlement", market: market.id, variant: "*", distance: Infinity }, check);
}

/** A market that leaves the match is served no more: the step must say so, and take a settlement back. */
function checkLeft(market: Market, was: Settlement | undefined, check: Check): void {
  if (was ? check.flags.reopened.has(market.id) : check.plan.forbids) return;
  recordMiss({ kind: "offer", market: market.id, variant: "*", distance: Infinity }, check);
}

/** A change of the offer needs no new prediction, but it must be reported. */
function checkOffer(market: Market, is: Settlement | undefined, check: Check): void {
  const { step, flags } = check;
  if (is || suspensionOf(market, step.before.state) === suspensionOf(market, step.after.state)) return;
  if (flags.offerChanged.has(market.id) || flags.reopened.has(market.id)) return;
  recordMiss({ kind: "offer", market: market.id, variant: "*", distance: Infinity }, check);
}

function recordMiss(miss: Pick<Miss, "kind" | "market" | "variant" | "distance">, check: Check): void {
  const { step, plan, type, tally } = check;
  type.misses++;
  tally.misses++;
  if (tally.missList.length >= LISTED_ERRORS) return;
  const { id: eventId, type: eventType } = step.event;
  tally.missList.push({ ...miss, matchId: step.matchId, eventId, type: eventType, changed: plan.changed });
}

function countEdge(market: Market, because: readonly FactName[] | undefined, moved: number, tally: Tally): void {
  if (!because) return;
  const edge = (tally.edges[`${because.join("+")} → ${market.primitive}`] ??= { flagged: 0, changed: 0 });
  edge.flagged++;
  if (moved > REAL_CHANGE) edge.changed++;
}
