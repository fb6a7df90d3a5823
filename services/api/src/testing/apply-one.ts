import { openMatchStore } from "@touchline/cache";
import { appendEvent, CATALOGUE, foldEvents, type MatchEvent, planInvalidation } from "@touchline/domain";
import type { ApiFixture } from "./api-fixture.ts";

/**
 * Applies an event as a tag-manager with the settings of the api does, when nobody else works on the match.
 * @returns the match version after it; the present one when the event says nothing new
 */
export async function applyOne({ api, clock, config, store: redis }: ApiFixture, event: MatchEvent): Promise<number> {
  const { graph } = api.context;
  const store = openMatchStore(redis, config.KEY_PREFIX);
  const truth = await store.truth(event.matchId);
  const log = appendEvent(truth.log, event);
  if (log === truth.log) return truth.version;
  const state = foldEvents(log);
  const { outcome, version } = await store.apply({
    matchId: event.matchId,
    event,
    full: false,
    graph: graph.version,
    before: truth,
    state,
    plan: planInvalidation(truth.state, state, CATALOGUE, graph.reads),
    at: clock.now,
    finishedTtlMs: 60_000,
  });
  if (outcome !== "applied") throw new Error(`${outcome}: somebody else plays match ${event.matchId}`);
  return version;
}
