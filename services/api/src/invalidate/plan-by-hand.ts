import type { MatchTruth } from "@touchline/cache";
import type { InvalidationRequest } from "@touchline/contract";
import {
  type Graph,
  hasBegun,
  variantImpact,
  type InvalidationPlan,
  isForbidding,
  isListed,
  type Market,
  marketsOf,
  type MatchState,
  planFullInvalidation,
  settlementOf,
  type TouchedMarket,
  VARIANTS,
} from "@touchline/domain";

/**
 * What an invalidation by hand does: the open markets that were asked for must be predicted again. No fact changes,
 * and settled markets are left alone. A market that is not in the match collects a hard one, and is suspended when it
 * comes back.
 */
export function planByHand(state: MatchState, request: InvalidationRequest, graph: Graph): InvalidationPlan {
  const open = marketsOf(state, graph.markets).filter((market) => settlementOf(market, state) === undefined);
  const touched = open.flatMap((market) => touchOf(market, request, graph) ?? []);
  const nothing = { settled: [], reopened: [], offerChanged: [] };
  return {
    changed: [],
    touched,
    collected: collectedBy(state, request, graph),
    ...nothing,
    clockMoved: false,
    panicMoved: false,
    forbids: isForbidding({ touched, ...nothing }),
    begun: hasBegun(state),
    open: open.length,
    preserved: open.length - touched.length,
  };
}

function collectedBy(state: MatchState, request: InvalidationRequest, graph: Graph): InvalidationPlan["collected"] {
  if (request.severity !== "hard") return [];
  const missing = graph.markets.filter((market) => !isListed(market, state));
  return missing.flatMap((market) => {
    const touch = touchOf(market, request, graph);
    return touch ? [{ market: touch.market, because: touch.because }] : [];
  });
}

/**
 * The same where entries may come from another dependency graph: then every open market has to be touched, those asked
 * for as gravely as was asked.
 */
export function planFullByHand(
  state: MatchState,
  request: InvalidationRequest,
  graph: Graph,
  stored?: MatchTruth["stored"],
): InvalidationPlan {
  const plan = planFullInvalidation(stored?.state ?? state, state, graph.reads, stored?.settled, graph.markets);
  const { touched: askedFor, collected } = planByHand(state, request, graph);
  const asked = new Map(askedFor.map((touch) => [touch.market, touch]));
  const touched = plan.touched.map((touch) => {
    const { severity, because } = asked.get(touch.market) ?? touch;
    return { ...touch, severity: touch.severity === "hard" ? "hard" : severity, because };
  });
  return { ...plan, touched, collected: [...plan.collected, ...collected] };
}

function touchOf(
  market: Market,
  { scope, markets, category, fact, severity }: InvalidationRequest,
  graph: Graph,
): TouchedMarket | undefined {
  if (fact !== undefined) {
    const variants = VARIANTS.filter((variant) => variantImpact(market, variant, [fact], graph.reads)).map(
      ({ id }) => id,
    );
    if (variants.length === 0) return undefined;
    const everywhere = variants.length === VARIANTS.length;
    return { market: market.id, severity, because: [fact], ...(everywhere ? {} : { variants }) };
  }
  const asked = scope === "all" || markets?.includes(market.id) === true || market.category === category;
  return asked ? { market: market.id, severity, because: [] } : undefined;
}
