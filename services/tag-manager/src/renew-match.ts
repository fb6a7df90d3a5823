import type { GraphInForce, MatchStore, StepCause, Unproven } from "@touchline/cache";
import { EMPTY_STATE, BUILTIN_GRAPH, type Graph, planFullInvalidation, type ReadsOf } from "@touchline/domain";

export interface RenewDependencies {
  readonly store: MatchStore;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** The dependency graph; what the built-in model reads by default. */
  readonly graph?: Pick<GraphInForce, "current" | "reload" | "missingSince">;
  /** Fingerprint and reads to go by where no such graph is given. */
  readonly graphVersion?: string;
  readonly reads?: ReadsOf;
  /** Called for each match that was renewed. */
  readonly onRenewed?: (matchId: string, refusal: Unproven) => void;
}

/** The graph of this moment: take it once for each step. */
export function graphOf({ graph, graphVersion, reads }: GraphDependencies): Graph {
  if (graph) return graph.current;
  if (graphVersion === undefined && !reads) return BUILTIN_GRAPH;
  const { markets, findMarket, version } = BUILTIN_GRAPH;
  return { markets, findMarket, version: graphVersion ?? version, reads: reads ?? BUILTIN_GRAPH.reads };
}

type GraphDependencies = Pick<RenewDependencies, "graph" | "graphVersion" | "reads">;

const CAUSES: Readonly<Record<Unproven, StepCause>> = {
  other_history: { type: "history_broken", source: "touchline", eventId: "history_broken" },
  incomplete: { type: "truth_rebuilt", source: "touchline", eventId: "truth_rebuilt" },
};

/**
 * Makes everything anew that follows from a match's log, under a new epoch: after a failover or a restart nobody knows
 * what others have seen of a history that is lost, and a truth that lacks a key proves nothing. In play every market is
 * suspended until it is predicted again. Does nothing when another process was faster.
 * @param epoch in which the match was found so: one of another epoch has been renewed already
 * @returns whether the match was renewed
 * @throws TruthIncompleteError when the log itself is lost
 */
export async function renewMatch(
  deps: RenewDependencies,
  matchId: string,
  refusal: Unproven,
  epoch?: string,
): Promise<boolean> {
  const { store, now, onRenewed } = deps;
  const graph = graphOf(deps);
  // What was refused may have been this process' own belief about the server.
  await store.askHistoryAgain();
  const truth = await store.truth(matchId);
  if (truth.version === 0 || (epoch !== undefined && truth.epoch !== epoch)) return false;
  if (refusal === "other_history" && truth.epoch !== "" && truth.history === (await store.history())) return false;
  const { outcome } = await store.apply({
    matchId,
    event: undefined,
    cause: CAUSES[refusal],
    full: true,
    renew: true,
    graphVersion: graph.version,
    before: truth,
    state: truth.state,
    plan: planFullInvalidation(EMPTY_STATE, truth.state, graph.reads, truth.stored?.settled, graph.markets),
    at: now(),
  });
  if (outcome !== "applied") return false;
  onRenewed?.(matchId, refusal);
  return true;
}
