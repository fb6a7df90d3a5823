import type { ImpactAnswer } from "@touchline/contract";
import {
  clockAnchor,
  type ComputationId,
  factsOf,
  type Fold,
  foldOn,
  type Graph,
  type InvalidationPlan,
  type Market,
  marketsOf,
  type MatchEvent,
  type MatchState,
  planFullInvalidation,
  planInvalidation,
  planRefresh,
  settlementOf,
  suspensionOf,
  VARIANTS,
} from "@touchline/domain";

type Impact = Omit<ImpactAnswer, "matchId" | "version">;

/** The match that an event is tried on. */
export interface Ground {
  readonly graph: Graph;
  readonly fold: Fold;
  /** Entries may come from another dependency graph, so that a step has to touch every open market. */
  readonly full: boolean;
}

/**
 * What `event` would change, touch and leave alone, by the very functions that the tag-manager and the workers plan by.
 */
export function eventImpact({ graph, fold, full }: Ground, event: MatchEvent): Impact {
  const next = foldOn(fold, event);
  const isNew = next !== fold;
  const [before, after] = [fold.state, next.state];
  const plan =
    isNew && full
      ? planFullInvalidation(before, after, graph.reads, undefined, graph.markets)
      : planInvalidation(before, after, graph.markets, graph.reads);
  const { id, source, type, revision } = event;
  const preserved = preservedMarkets(graph, before, plan, isNew && full);
  const [old, now] = [factsOf(before), factsOf(after)];
  return {
    graphVersion: graph.version,
    event: { id, source, type, revision },
    outcome: isNew ? "applied" : "duplicate",
    full: isNew && full,
    // Facts are plain JSON: that is how they are compared.
    changed: plan.changed.map((fact) => ({ fact, before: old[fact] as null, after: now[fact] as null })),
    touched: plan.touched.map(({ market: marketId, severity, because, variants }) => {
      const { name, category } = knownMarket(graph, marketId);
      const reached = variants ?? VARIANTS.map((variant) => variant.id);
      return { market: marketId, name, category, severity, because: [...because], variants: [...reached] };
    }),
    settled: plan.settled.map(({ market, settlement: { outcomes, provisional } }) => ({
      market,
      category: knownMarket(graph, market).category,
      outcomes: { ...outcomes },
      provisional,
    })),
    reopened: [...plan.reopened],
    offerChanged: plan.offerChanged.map((market) => ({
      market,
      before: suspensionOf(knownMarket(graph, market), before) ?? null,
      after: suspensionOf(knownMarket(graph, market), after) ?? null,
    })),
    clockMoved: plan.clockMoved,
    panicMoved: plan.panicMoved,
    preserved: { count: plan.preserved, markets: preserved },
    openMarkets: plan.open,
    primitives: [...primitivesOf(graph, plan, before, after)],
  };
}

/** Open markets that nothing happens to, by id: as many as the plan counts. */
function preservedMarkets({ markets }: Graph, before: MatchState, plan: InvalidationPlan, full: boolean): string[] {
  if (full) return [];
  const reached = new Set([
    ...plan.touched.map(({ market }) => market),
    ...plan.settled.map(({ market }) => market),
    ...plan.offerChanged,
  ]);
  return marketsOf(before, markets).flatMap((market) =>
    reached.has(market.id) || settlementOf(market, before) ? [] : market.id,
  );
}

/** What a worker would compute if every open market had been predicted and every variant were recently accessed. */
function primitivesOf(
  { markets }: Graph,
  plan: InvalidationPlan,
  before: MatchState,
  after: MatchState,
): ReadonlySet<ComputationId> {
  const touched = new Map(plan.touched.map(({ market, variants }) => [market, variants]));
  const now = 0;
  const untouched = { seen: 0, computedAt: now, freshUntil: Infinity, deltaMs: 0, anchor: clockAnchor(before) };
  const { primitives } = planRefresh({
    markets,
    state: after,
    now,
    settled: new Set(marketsOf(after, markets).flatMap((market) => (settlementOf(market, after) ? market.id : []))),
    entryOf: (variant, market) =>
      touched.has(market) && (touched.get(market)?.includes(variant) ?? true) ? undefined : untouched,
    requirementOf: () => ({ version: 0, hardVersion: 0 }),
    // A panicking price touches every market: no prediction has seen it yet.
    movedVersion: plan.panicMoved ? 1 : 0,
    requested: new Set(),
    lastAccess: new Map(VARIANTS.map(({ id }) => [id, now])),
  });
  return primitives;
}

function knownMarket({ findMarket }: Graph, id: string): Market {
  const market = findMarket(id);
  if (!market) throw new Error(`the plan names a market that is not in force: ${id}`);
  return market;
}
