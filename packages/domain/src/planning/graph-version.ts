import { CATALOGUE, findMarket } from "../markets/catalogue.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Market } from "../markets/market.ts";
import { FACT_NAMES } from "../dependencies/facts.ts";
import { digest } from "../markets/market-definition.ts";
import { meaningOf } from "./meaning.ts";
import type { Reads } from "../dependencies/reads.ts";
import { readsOf, type ReadsOf } from "./dependency-graph.ts";
import { VARIANTS } from "../markets/variant.ts";

/** Worked out when first asked for: it takes as long as loading the whole domain, and most programs never ask. */
let presentMeaning: string | undefined;

/** @param meaning fingerprint of the markets and of the rules */
export function graphVersion(
  graph: ReadsOf,
  meaning: string = (presentMeaning ??= meaningOf()),
  markets: readonly Market[] = CATALOGUE,
): string {
  const edges = markets.map((market) => [market.id, VARIANTS.map((variant) => [variant, graph(market, variant)])]);
  return digest([meaning, edges]);
}

/**
 * The markets in force, what their predictions can depend on, and the fingerprint by which processes find out that they
 * agree on it.
 */
export interface Graph {
  readonly reads: ReadsOf;
  /**
   * Fingerprint of the whole graph: markets, what they pay and when, what they read, variants, and what the rules make
   * of events. Two deploys with different fingerprints may disagree on the state of a match, on what an event touches
   * or settles, and on what a price means. Worked out when first read.
   */
  readonly version: string;
  /** In the order in which answers list them. */
  readonly markets: readonly Market[];
  readonly findMarket: (id: string) => Market | undefined;
  /** By which it was declared, where one was. */
  readonly manifest?: Manifest;
}

function graphOf(reads: ReadsOf): Graph {
  let known: string | undefined;
  return {
    reads,
    markets: CATALOGUE,
    findMarket,
    get version() {
      return (known ??= graphVersion(reads));
    },
  };
}

/** How much of a match a predictor reads: what the built-in model reads of it, anything, or what its manifest says. */
export const GRAPH_KINDS = ["builtin", "all", "manifest"] as const;
export type GraphKind = (typeof GRAPH_KINDS)[number];

const everything: Reads = Object.fromEntries(FACT_NAMES.map((fact) => [fact, "soft"]));
const widened = new WeakMap<Reads, Reads>();

function withEverything(reads: Reads): Reads {
  const known = widened.get(reads);
  if (known) return known;
  const made = { ...everything, ...reads };
  widened.set(reads, made);
  return made;
}

/** The graph of the built-in model. */
export const BUILTIN_GRAPH: Graph = graphOf(readsOf);

/** What is hard for the built-in model is hard for any. */
const widestGraph: Graph = graphOf((market, variant) => withEverything(readsOf(market, variant)));

/** The graph for a predictor that reads so much, while no manifest is known. */
export function graphFor(kind: GraphKind): Graph {
  return kind === "builtin" ? BUILTIN_GRAPH : widestGraph;
}
