import type { FactName } from "../dependencies/facts.ts";
import type { Market } from "../markets/market.ts";
import { payoffReads } from "../markets/payoff-reads.ts";
import { dependsOnGoals, type Reads } from "../dependencies/reads.ts";
import { stricter, type Severity } from "../dependencies/severity.ts";
import type { Variant } from "../markets/variant.ts";

/** Prices move goal rates, so they reach what is computed from goal rates, in the variants that listen to them. */
const marketPrices: Reads = { "odds.match_result": "soft", "odds.over_under_2_5": "soft" };

/**
 * What a prediction can depend on: `readsOf`, or a graph with a fact left out, to prove that the checker would see it.
 */
export type ReadsOf = (market: Market, variant: Variant) => Reads;

/** Every fact that the prediction of `market` can depend on under `variant`, and what its change does. */
export function readsOf(market: Market, variant: Variant): Reads {
  const reads = payoffReads(market);
  return variant.blend === "market" && dependsOnGoals(reads) ? withPrices(reads) : reads;
}

/** Made once for each primitive: every event asks for it, for every market. */
const priced = new WeakMap<Reads, Reads>();

function withPrices(reads: Reads): Reads {
  const known = priced.get(reads);
  if (known) return known;
  const made = { ...reads, ...marketPrices };
  priced.set(reads, made);
  return made;
}

/**
 * Why, and how severely, a change of `facts` affects the market's prediction under the variant.
 * Undefined when the prediction reads none of them.
 */
export function variantImpact(
  market: Market,
  variant: Variant,
  facts: readonly FactName[],
  reads: ReadsOf = readsOf,
): { severity: Severity; because: FactName[] } | undefined {
  const read = reads(market, variant);
  const because = facts.filter((fact) => read[fact] !== undefined);
  if (because.length === 0) return undefined;
  return {
    because,
    severity: because.reduce<Severity>((worst, fact) => stricter(worst, read[fact] ?? "soft"), "soft"),
  };
}
