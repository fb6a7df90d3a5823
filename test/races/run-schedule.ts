import { deepStrictEqual } from "node:assert/strict";
import { checkMemory } from "./check-labels.ts";
import { finish } from "./finish-schedule.ts";
import { FACTS } from "./model-events.ts";
import { renew, tell } from "./model-tag-manager.ts";
import type { ModelWorld } from "./model-world.ts";
import type { Step } from "./random-schedule.ts";
import { readAndCompare } from "./read-step.ts";
import { beginAndCompare, claimAndCompare, commitAndCompare } from "./refresh-steps.ts";
import { LEASE_MS } from "./scripted-api.ts";

/**
 * Runs one schedule against the real scripts, the real memory of an api and the reference, and compares them after
 * every step. Then lets the reconciler finish what is left: nothing may be lost.
 * @throws AssertionError at the first difference, Error at a label that a known event forbids
 */
export async function runSchedule(world: ModelWorld, steps: readonly Step[]): Promise<void> {
  await world.api.coherence.open();
  await tell(world, 0, "a", world.newEvent({ facts: FACTS }));
  const last = steps.findLastIndex(goesBack);
  if (last >= 0) await world.checkpoint();
  for (const [index, step] of steps.entries()) {
    // Copies that no step goes back to are not made.
    if (step.kind === "checkpoint" && index > last) continue;
    await take(world, step);
    checkMemory(world);
    if (world.failure) throw world.failure;
  }
  await finish(world);
}

/** Whether a step needs the copies that were made before it. */
function goesBack(step: Step): boolean {
  return step.kind === "fail_over" || (step.kind === "partition" && step.isBehind);
}

async function take(world: ModelWorld, step: Step): Promise<void> {
  const { api, server, matchId } = world;
  switch (step.kind) {
    case "event":
      return tell(world, step.by, step.graph, world.newEvent(step.telling));
    case "retell":
      return tell(world, step.by, step.graph, world.events[Math.floor(step.which * world.events.length)]);
    case "adopt":
      return tell(world, 0, step.graph, undefined);
    case "begin":
      return beginAndCompare(world, step.worker, step.graph);
    case "commit":
      return commitAndCompare(world, step.worker);
    case "abandon": {
      const running = world.workers.get(step.worker);
      if (!running) return;
      await server.store.abandon(matchId, running.real);
      if (!world.match.lost.has("refresh")) world.match.abandon(running.expected);
      return;
    }
    case "claim":
      return claimAndCompare(world, step.worker);
    case "release_claim": {
      const token = world.claims.get(step.worker);
      if (token === undefined) return;
      const isHeld = world.match.claim === token && !world.match.lost.has("refresh");
      const wasHeld = await server.store.releaseClaim(matchId, token);
      // A claim that an evicted match has left behind may end as well.
      if (world.match.version > 0) deepStrictEqual(wasHeld, isHeld);
      if (isHeld) world.match.claim = undefined;
      return;
    }
    case "request": {
      const epoch = step.isOfThisEpoch ? world.match.epoch : "anotherepoch0000";
      const isKnown = world.match.request(step.variant, step.isOfThisEpoch);
      const result = await server.store.requestRefresh(matchId, step.variant, "background", { epoch });
      deepStrictEqual(result, !isKnown ? "unknown_match" : step.isOfThisEpoch ? "noted" : "other_epoch");
      return;
    }
    case "read":
      return readAndCompare(world, step.variant);
    case "read_held":
      api.holdsReplies = true;
      return readAndCompare(world, step.variant);
    case "release_replies":
      api.releaseReplies();
      await Promise.all(world.reads);
      return;
    case "evict":
      return world.evict(step.key);
    case "wait":
      return world.pass(step.leases * LEASE_MS);
    case "fail_over":
      return world.failOver(step.to, step.isQuiet);
    case "partition":
      return world.partition(step);
    case "store_clock":
      return world.shiftStoreClock(step.byMs);
    case "deliver":
      return api.deliver(step.count);
    case "checkpoint":
      return world.checkpoint();
    case "flush":
      return world.flush();
    case "delete":
      return world.delete();
    case "heal":
      return world.heal();
    case "reconcile":
      return reconcileAndCompare(world);
    case "ping":
      return api.ping();
    case "line_dead":
      return api.cutLine();
    case "line_closed":
      return api.closeLine();
    case "line_mended":
      return api.mendLine();
    case "line_back":
      return api.openLine();
    case "store_reconnects":
      return api.reconnectStore(api.server);
    case "store_hangs":
      api.storeHangs = true;
      return;
    case "store_back":
      api.storeHangs = false;
      return;
    case "process_suspended":
      return world.suspendProcess();
    case "wall_set_back":
      return world.setWallBack();
  }
}

/** One look of the reconciler, and what it does about what it finds; a refresh it only enqueues. */
async function reconcileAndCompare(world: ModelWorld): Promise<void> {
  const { match, server, matchId } = world;
  await server.store.askHistoryAgain();
  world.believedHistory = server.history;
  const isOverdue = await server.store.isOverdue(matchId, { dueMs: 0, leaseMs: 0 });
  const isUnproven = match.isUnproven(server.history);
  deepStrictEqual(isOverdue, match.version > 0 && !isUnproven && match.unfinished && !match.isClaimed);
  if (match.version === 0) {
    await server.store.forgetLeftovers(matchId);
  } else if (isUnproven && !match.lost.has("log"))
    await renew(world, match.history === server.history ? "incomplete" : "other_history", match.graph);
}
