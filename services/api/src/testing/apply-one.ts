import { applyStep, type MatchStore, openMatchStore } from "@touchline/cache";
import {
  EMPTY_STATE,
  foldOn,
  leavingPrices,
  type MatchEvent,
  planFullInvalidation,
  planInvalidation,
} from "@touchline/domain";
import type { ApiFixture } from "./api-fixture.ts";

type Playing = Pick<ApiFixture, "api" | "clock" | "config" | "store">;

/**
 * Applies an event as a tag-manager with the settings of the api does, when nobody else works on the match: renews the
 * match when the store is another one than at the last step.
 * @returns the match version after it; the present one when the event says nothing new
 */
export async function applyOne(playing: Playing, event: MatchEvent): Promise<number> {
  const { api, clock, config, store: redis } = playing;
  const { graph } = api.context;
  const store = openMatchStore(redis, config.KEY_PREFIX);
  const { matchId } = event;
  const applied = await applyStep(
    store,
    matchId,
    (truth) => {
      const fold = foldOn(truth, event);
      if (fold === truth) return undefined;
      const { state } = fold;
      const leaving = leavingPrices(truth, fold);
      const plan = planInvalidation(truth.state, state, graph.markets, graph.reads);
      return {
        event,
        full: false,
        graphVersion: graph.version,
        state,
        plan,
        leaving,
        at: clock.now,
        finishedTtlMs: 60_000,
      };
    },
    { maxConflicts: 1, renew: async () => renew(playing, store, matchId) },
  );
  if (applied.outcome === "no_step") return applied.before.version;
  if (applied.outcome === "applied") return applied.result.version;
  throw new Error(`${applied.outcome}: somebody else plays match ${matchId}`);
}

/** What a tag-manager does after a failover, to its end. */
async function renew({ api, clock }: Playing, store: MatchStore, matchId: string): Promise<void> {
  const { graph } = api.context;
  const before = await store.truth(matchId);
  const plan = planFullInvalidation(EMPTY_STATE, before.state, graph.reads, before.stored?.settled);
  const { outcome } = await store.apply({
    matchId,
    event: undefined,
    cause: { type: "history_broken", source: "touchline", eventId: "history_broken" },
    full: true,
    renew: true,
    graphVersion: graph.version,
    before,
    state: before.state,
    plan,
    at: clock.now,
  });
  if (outcome !== "applied") throw new Error(`${outcome}: match ${matchId} cannot be renewed`);
}
