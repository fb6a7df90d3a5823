import { applyEvent, readTruth, type StoreRedis } from "@touchline/cache";
import { appendEvent, foldEvents, GRAPH_VERSION, type MatchEvent, planInvalidation } from "@touchline/domain";

/**
 * Applies an event as the tag-manager does, when nobody else works on the match.
 * @returns the match version after it; the present one when the event says nothing new
 */
export async function applyOne(store: StoreRedis, prefix: string, event: MatchEvent, at = Date.now()): Promise<number> {
  const truth = await readTruth(store, prefix, event.matchId);
  const log = appendEvent(truth.log, event);
  if (log === truth.log) return truth.version;
  const state = foldEvents(log);
  const { outcome, version } = await applyEvent(store, prefix, {
    matchId: event.matchId,
    event,
    full: false,
    graph: GRAPH_VERSION,
    expectedVersion: truth.version,
    state,
    plan: planInvalidation(truth.state, state),
    at,
    finishedTtlMs: 60_000,
  });
  if (outcome !== "applied") throw new Error(`${outcome}: somebody else plays match ${event.matchId}`);
  return version;
}
