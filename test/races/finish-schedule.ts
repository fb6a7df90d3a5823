import { LEASE_MS } from "./scripted-api.ts";
import { deepStrictEqual } from "node:assert/strict";
import { isModelListed, MARKET_IDS, MODEL_VARIANTS, valueOf } from "./model-events.ts";
import { renew } from "./model-tag-manager.ts";
import type { ModelWorld } from "./model-world.ts";
import { readAndCompare } from "./read-step.ts";
import { beginAndCompare, commitAndCompare } from "./refresh-steps.ts";

/** A worker of its own, that nothing has happened to. */
const WORKER = 99;
/** Further than all jumps of a schedule. */
const FAR_MS = 1_000_000_000;
/** Every refresh of a quiet match ends something, so it takes few. */
const MOST_REFRESHES = 4;

/**
 * All that is broken heals; the reconciler sweeps and a worker refreshes. Afterwards everything must be fresh, and be
 * the truth, from the store and from memory.
 */
export async function finish(world: ModelWorld): Promise<void> {
  const { api, server, matchId } = world;
  await world.heal();
  api.storeHangs = false;
  api.releaseReplies();
  await Promise.all(world.reads);
  api.openLine();
  // A store that has just failed is not asked again at once.
  world.pass(LEASE_MS);
  for (const variant of MODEL_VARIANTS) await readAndCompare(world, variant);
  await sweep(world);
  const { match } = world;
  const isKnown = match.version > 0 && !match.lost.has("log");
  // Entries that were evicted are due to nobody until a reader asks.
  for (const variant of isKnown ? MODEL_VARIANTS.filter((each) => match.lacksEntries(each)) : []) {
    await server.store.requestRefresh(matchId, variant, "background");
    match.request(variant, true);
  }
  if (isKnown && match.unfinished) await refresh(world);
  api.deliver(Infinity);
  await api.ping();
  api.deliver(Infinity);
  for (const round of ["store", "memory"])
    for (const variant of MODEL_VARIANTS) {
      await readAndCompare(world, variant);
      if (world.failure) throw world.failure;
      const snapshot = await api.read(matchId, variant);
      // A match that was deleted, or is beyond help without its log, may still be in memory: no event can be applied
      // that forbids its prices. From the store, nothing of it is believed.
      if (match.version === 0 || match.lost.has("log")) continue;
      deepStrictEqual(snapshot !== undefined, true);
      if (!snapshot) continue;
      const served = api.decisions(snapshot).map(({ status }) => status);
      const expected = MARKET_IDS.map((market) => {
        if (!isModelListed(match.fold, market)) return "suspended";
        return match.settled.has(market) ? "settled" : "fresh";
      });
      deepStrictEqual(served, expected, round);
    }
  for (const variant of MODEL_VARIANTS)
    for (const [market, { value }] of match.entries[variant])
      if (isModelListed(match.fold, market) && !match.settled.has(market) && !match.lost.has("log"))
        deepStrictEqual(value, valueOf(match.fold, market, value.startsWith("b") ? "b" : "a"));
}

async function sweep(world: ModelWorld): Promise<void> {
  const { server, matchId, match } = world;
  await server.store.askHistoryAgain();
  world.believedHistory = server.history;
  if (match.version === 0) await server.store.forgetLeftovers(matchId);
  else if (match.isUnproven(server.history) && !match.lost.has("log"))
    await renew(world, match.history === server.history ? "incomplete" : "other_history", match.graph);
  // Claims end by themselves.
  await world.shiftStoreClock(FAR_MS);
  if (match.version > 0 && !match.lost.has("log")) await refresh(world);
}

async function refresh(world: ModelWorld): Promise<void> {
  const { server, matchId, match } = world;
  for (let refreshes = 0; await server.store.isOverdue(matchId, { dueMs: 0, leaseMs: 0 }); refreshes++) {
    if (refreshes === MOST_REFRESHES) throw new Error("what is due stays due");
    await beginAndCompare(world, WORKER, match.graph);
    await commitAndCompare(world, WORKER);
  }
  deepStrictEqual(match.unfinished, false);
}
