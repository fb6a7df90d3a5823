import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningService } from "../setup/services.ts";
import { untilSo } from "./support/counters.ts";
import { type CuttableLine, lineTo } from "./support/cuttable-line.ts";
import { LabelObserver, wrongLabels } from "./support/label-observer.ts";
import { LiveMatch } from "./support/live-match.ts";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import { pidsOf, play, setStage, SOON, type Stage } from "./support/stage.ts";

let stage: Stage;
let toQueue: CuttableLine;
let toStore: CuttableLine;
let apis: readonly RunningService[];
let dying: RunningService;
beforeAll(async () => {
  stage = await setStage({ apart: true, apis: 0, tagManagers: 0 });
  [toQueue, toStore] = await Promise.all([lineTo(stage.queue), lineTo(stage.store)]);
  // Readers enqueue refreshes as well. With the line to the queue cut they cannot, and what is seen is the reconciler's
  // work alone.
  [dying, ...apis] = await Promise.all([
    // Once its event counts as stalled, whoever takes it enqueues a refresh as well: the reconciler must have come long
    // before.
    stage.start("tag-manager", { STORE_REDIS_URL: toStore.url, EVENT_LOCK_MS: "15000" }),
    stage.start("api", { QUEUE_REDIS_URL: toQueue.url }),
    stage.start("api", { QUEUE_REDIS_URL: toQueue.url }),
  ]);
});
afterAll(async () => {
  await stage.stop();
  await Promise.all([toQueue.close(), toStore.close()]);
});

/** What a busy machine may add to a bound. */
const MACHINE_MS = 2_000;
const MARKETS = ["match_result", "over_under_2_5", "corners_over_under_9_5"];

describe("a tag-manager that dies between its step and its enqueued refresh", () => {
  it("leaves the refresh to another one's reconciler, and every label true meanwhile", async () => {
    const { changes } = stage;
    const match = new LiveMatch("lost-refresh");
    await play(stage, match);
    const observer = new LabelObserver({ urls: apis.map(({ url }) => url), matchId: match.matchId, markets: MARKETS });
    // The step reaches the store, and its answer never comes back: no refresh will be enqueued.
    toStore.cut("answers");
    toQueue.cut();
    const goal = match.goal();
    await stage.publish(goal);
    const { version, at } = await changes.touchedBy(goal);
    await dying.kill();

    const another = await stage.start("tag-manager");
    const delayMs = watchMachineDelay(...pidsOf(stage), another.pid);
    const findableAt = Math.max(Date.now(), at + SOON.RECONCILE_PATIENCE_MS);
    const refreshed = await changes.refreshedSince(match.matchId, version, "match_result");
    expect(refreshed.at - findableAt).toBeLessThan(SOON.RECONCILE_INTERVAL_MS + MACHINE_MS + delayMs());
    // It counts when it has enqueued: the refresh may be done by then.
    await untilSo(
      "the reconciler's count",
      async () => another.metric('touchline_refresh_enqueues_total{reason="reconciler"}'),
      (count) => count > 0,
    );

    // The event was never acknowledged to the queue: it is taken once more, and changes nothing.
    await untilSo(
      "the second start of the event",
      async () => another.metric('touchline_events_handled_total{outcome="duplicate"}'),
      (count) => count > 0,
    );
    const seen = await observer.stop();
    expect(wrongLabels(seen, changes.received)).toEqual([]);
    expect(new Set(seen.map(({ httpStatus }) => httpStatus))).toEqual(new Set([200]));
    expect(new Set(seen.map(({ labels }) => labels["match_result"]))).toEqual(new Set(["fresh", "suspended"]));
  });
});
