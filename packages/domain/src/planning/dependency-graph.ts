import { CATALOGUE } from "../markets/catalogue.ts";
import { FACT_NAMES, type FactName } from "../dependencies/facts.ts";
import type { Market } from "../markets/market.ts";
import { definitionOf, digest, settlementRules } from "../markets/market-definition.ts";
import { primitiveReads } from "../dependencies/primitive.ts";
import { dependsOnGoals, type Reads } from "../dependencies/reads.ts";
import { stricter, type Severity } from "../dependencies/severity.ts";
import { type Variant, VARIANTS } from "../markets/variant.ts";

/** Prices move goal rates, so they reach what is computed from goal rates, in the variants that listen to them. */
const marketPrices: Reads = { "odds.match_result": "soft", "odds.over_under_2_5": "soft" };

/** What a prediction can depend on: `readsOf`, or a graph with a fact left out, to prove that the checker would see it. */
export type ReadsOf = (market: Market, variant: Variant) => Reads;

/** Every fact that the prediction of `market` can depend on under `variant`, and what its change does. */
export function readsOf(market: Market, variant: Variant): Reads {
  const reads = primitiveReads(market.primitive);
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

/** Why and how gravely a change of `facts` touches the market under the variant; undefined when it does not. */
export function impactOf(
  market: Market,
  variant: Variant,
  facts: readonly FactName[],
  graph: ReadsOf = readsOf,
): { severity: Severity; because: FactName[] } | undefined {
  const reads = graph(market, variant);
  const because = facts.filter((fact) => reads[fact] !== undefined);
  if (because.length === 0) return undefined;
  return {
    because,
    severity: because.reduce<Severity>((worst, fact) => stricter(worst, reads[fact] ?? "soft"), "soft"),
  };
}

/** Known once: both graphs are made of the same markets. */
const definitions = digest([CATALOGUE.map(definitionOf), settlementRules()]);

/**
 * Fingerprint of the whole graph: markets, what they pay and when, what they read, variants. Two deploys with different
 * fingerprints may disagree on what an event touches or settles, and on what a price means.
 */
export const GRAPH_VERSION: string = graphVersion(readsOf);

/** @param meaning fingerprint of the markets' definitions and the rules of settlement */
export function graphVersion(graph: ReadsOf, meaning: string = definitions): string {
  const edges = CATALOGUE.map((market) => [market.id, VARIANTS.map((variant) => [variant, graph(market, variant)])]);
  return digest([meaning, edges]);
}

/** What a prediction can depend on, and the fingerprint by which processes find out that they agree on it. */
export interface Graph {
  readonly reads: ReadsOf;
  readonly version: string;
}

/** How much of a match a predictor reads: what the built-in model reads of it, or anything. */
export const GRAPH_KINDS = ["builtin", "all"] as const;
export type GraphKind = (typeof GRAPH_KINDS)[number];

/** The graph for a predictor that reads so much. What is hard for the built-in model is hard for any. */
export function graphFor(kind: GraphKind): Graph {
  if (kind === "builtin") return { reads: readsOf, version: GRAPH_VERSION };
  const reads: ReadsOf = (market, variant) => withEverything(readsOf(market, variant));
  return { reads, version: graphVersion(reads) };
}

const everything: Reads = Object.fromEntries(FACT_NAMES.map((fact) => [fact, "soft"]));
const widened = new WeakMap<Reads, Reads>();

function withEverything(reads: Reads): Reads {
  const known = widened.get(reads);
  if (known) return known;
  const made = { ...everything, ...reads };
  widened.set(reads, made);
  return made;
}
