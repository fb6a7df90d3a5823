import { isListed } from "../markets/market.ts";
import { settlementOf } from "../markets/settlement.ts";
import { stricter } from "../dependencies/severity.ts";
import type { FactName } from "../dependencies/facts.ts";
import type { MatchState } from "../match/match-state.ts";
import type { Graph } from "./graph-version.ts";
import { type InvalidationPlan, isForbidding, type TouchedMarket } from "./plan-invalidation.ts";
import { usualSeverity, type Widening } from "./widened-graph.ts";

/**
 * A plan by a widened graph, for a match that an older version of it left behind: it touches also the markets whose
 * reads were not known there, because their facts may have changed since.
 */
export function withWidenings(
  plan: InvalidationPlan,
  missing: readonly Widening[],
  after: MatchState,
  { findMarket }: Graph,
): InvalidationPlan {
  const touched = new Map(plan.touched.map((touch) => [touch.market, touch]));
  const collected = new Map(plan.collected.map((missed) => [missed.market, missed]));
  let spared = 0;
  for (const [id, facts] of factsByMarket(missing)) {
    const market = findMarket(id);
    if (!market) continue;
    const severity = plan.begun ? facts.map(usualSeverity).reduce(stricter) : "soft";
    if (!isListed(market, after)) {
      if (severity === "hard" && !collected.has(id)) collected.set(id, { market: id, because: facts });
      continue;
    }
    if (settlementOf(market, after)) continue;
    const known = touched.get(id);
    if (!known && !plan.offerChanged.includes(id)) spared++;
    const touch: TouchedMarket = {
      market: id,
      severity: stricter(known?.severity, severity),
      because: [...new Set([...(known?.because ?? []), ...facts])],
    };
    touched.set(id, touch);
  }
  const all = [...touched.values()];
  return {
    ...plan,
    touched: all,
    collected: [...collected.values()],
    forbids: plan.forbids || isForbidding({ ...plan, touched: all }),
    preserved: Math.max(0, plan.preserved - spared),
  };
}

function factsByMarket(missing: readonly Widening[]): Map<string, FactName[]> {
  const facts = new Map<string, FactName[]>();
  for (const { market, fact } of missing) facts.set(market, [...(facts.get(market) ?? []), fact]);
  return facts;
}
