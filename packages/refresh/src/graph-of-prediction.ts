import type { FoundRead, GraphInForce } from "@touchline/cache";
import { findVariant, type Graph } from "@touchline/domain";
import type { Prediction } from "@touchline/model";

/**
 * Fingerprint of the graph that the prediction is sound by, where it is not the one that the refresh began with. What
 * was read without being declared widens the graph, for all processes, before anything is committed: whoever plans by
 * the older graph from then on is refused, because the match names the wider one.
 */
export async function graphOfPrediction(
  inForce: Pick<GraphInForce, "widen"> | undefined,
  matchId: string,
  graph: Graph,
  { reads, otherModel }: Prediction,
): Promise<string | undefined> {
  // What another model reads nobody knows here: the next step of the match touches every open market.
  if (otherModel !== undefined) return `${graph.version}~${otherModel}`;
  if (!inForce || !reads) return undefined;
  const found: FoundRead[] = [];
  for (const [variantId, byMarket] of reads) {
    const variant = findVariant(variantId);
    for (const [id, facts] of variant ? byMarket : []) {
      const market = graph.findMarket(id);
      const declared = market && variant ? graph.reads(market, variant) : {};
      for (const fact of facts)
        if (declared[fact] === undefined) found.push({ market: id, fact, source: "recorded", matchId });
    }
  }
  return found.length === 0 ? undefined : (await inForce.widen(found)).version;
}
