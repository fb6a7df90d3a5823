import { createRequire } from "node:module";
import { type Graph, graphFor } from "@touchline/domain";
import { keptResult } from "./kept-result.ts";

const known = new Map<string, Graph>();

/**
 * The graph for a predictor that reads so much, by whose version the store tells builds apart. To work out the version
 * takes a third of a second of CPU: processes of one build do it once.
 */
export function knownGraph(kind: Parameters<typeof graphFor>[0]): Graph {
  const before = known.get(kind);
  if (before) return before;
  const graph = graphFor(kind);
  const domain = createRequire(import.meta.url).resolve("@touchline/domain");
  const version = keptResult(`graph-${kind}`, domain, () => graph.version);
  const { reads, markets, findMarket } = graph;
  const made: Graph = { reads, markets, findMarket, version };
  known.set(kind, made);
  return made;
}
