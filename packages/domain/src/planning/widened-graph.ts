import { FACT_NAMES, type FactName } from "../dependencies/facts.ts";
import { PRIMITIVE_IDS, primitiveReads } from "../dependencies/primitive.ts";
import type { Reads } from "../dependencies/reads.ts";
import type { Severity } from "../dependencies/severity.ts";
import type { ReadsOf } from "./dependency-graph.ts";
import type { Graph } from "./graph-version.ts";

/** A fact that a market was found to read although nobody had declared it. */
export interface Widening {
  readonly market: string;
  readonly fact: FactName;
}

const HARD: ReadonlySet<FactName> = new Set(
  FACT_NAMES.filter((fact) => PRIMITIVE_IDS.some((id) => primitiveReads(id)[fact] === "hard")),
);

/** What a change of the fact does to a price, where nobody says: hard where it is so for some market of the catalogue. */
export function usualSeverity(fact: FactName): Severity {
  return HARD.has(fact) ? "hard" : "soft";
}

/**
 * `graph`, in which markets also read what they were found to read.
 * @param suffix of its fingerprint: the caller knows in which order the reads were found
 */
export function widenedGraph(graph: Graph, widened: readonly Widening[], suffix: string): Graph {
  const { markets, findMarket, manifest } = graph;
  return {
    markets,
    findMarket,
    ...(manifest && { manifest }),
    reads: widened.length === 0 ? graph.reads : widenedReads(graph.reads, widened),
    // Worked out when first read, as that of the declared graph is.
    get version() {
      return `${graph.version}${suffix}`;
    },
  };
}

function widenedReads(declaredReads: ReadsOf, widened: readonly Widening[]): ReadsOf {
  const found = new Map<string, FactName[]>();
  for (const { market, fact } of widened) found.set(market, [...(found.get(market) ?? []), fact]);
  const made = new Map<Reads, Map<string, Reads>>();
  return (market, variant) => {
    const declared = declaredReads(market, variant);
    const facts = found.get(market.id);
    if (!facts) return declared;
    const ofDeclared = made.get(declared) ?? new Map<string, Reads>();
    made.set(declared, ofDeclared);
    const known = ofDeclared.get(market.id);
    if (known) return known;
    const wider = { ...Object.fromEntries(facts.map((fact) => [fact, usualSeverity(fact)])), ...declared };
    ofDeclared.set(market.id, wider);
    return wider;
  };
}
