import { on } from "node:events";
import { queuePrefix, REFRESH_QUEUE } from "@touchline/queue";
import { QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../setup/patience.ts";
import type { RunningService } from "../setup/services.ts";
import { type CuttableLine, lineTo } from "./support/cuttable-line.ts";
import { LabelObserver, wrongLabels } from "./support/label-observer.ts";
import { LiveMatch } from "./support/live-match.ts";
import { RefreshWatch } from "./support/refresh-watch.ts";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import { pidsOf, play, setStage, SOON, type Stage } from "./support/stage.ts";

let stage: Stage;
let toStore: CuttableLine;
let worker: RunningService;
let watch: RefreshWatch;
let connection: Redis;
let refreshes: QueueEvents;
beforeAll(async () => {
  stage = await setStage({ apart: true, apis: 2, workers: 0, env: { SIMULATE_LATENCY_MS: "100" } });
  [toStore, watch] = await Promise.all([lineTo(stage.store), RefreshWatch.open(stage.store, stage.prefix)]);
  worker = await stage.start("worker", { STORE_REDIS_URL: toStore.url });
  connection = stage.queueRedis.duplicate();
  refreshes = new QueueEvents(REFRESH_QUEUE, {
    connection,
    prefix: queuePrefix(stage.prefix, "single"),
  });
  await refreshes.waitUntilReady();
});
afterAll(async () => {
  await refreshes.close();
  // Of a connection that it is given, BullMQ leaves the end to whoever gave it.
  connection.disconnect();
  watch.close();
  await stage.stop();
  await toStore.close();
});

/** What a busy machine may add to a bound. */
const MACHINE_MS = 2_000;
/** Longest pause of a client before it asks for its connection again. */
const RECONNECT_MS = 2_000;

describe("refresh jobs that fail for good", () => {
  it("while refreshes are enqueued: what is due stays due, and is fresh within the reconciler's bound", async () => {
    const { changes, installation } = stage;
    const match = new LiveMatch("failing");
    const { matchId } = match;
    await play(stage, match);
    const urls = installation.apis.map(({ url }) => url);
    const observer = new LabelObserver({ urls, matchId, markets: ["match_result", "corners_over_under_9_5"] });
    const failures = on(refreshes, "failed", { signal: AbortSignal.timeout(PATIENCE_MS) });

    const number = watch.begunOf(matchId) + 1;
    const goal = match.goal();
    await stage.publish(goal);
    await watch.until("begun", matchId, number);
    toStore.cut();
    // Enqueued during the failing job, between the failures and after them.
    const [first, second, third] = [match.corner(), match.corner(), match.corner()] as const;

    await stage.publish(first);
    await failures.next();
    await stage.publish(second);
    await failures.next();
    await stage.publish(third);
    const { version } = await changes.touchedBy(third);
    const failed = await worker.metric('touchline_refresh_jobs_total{outcome="failed"}');
    expect(failed).toBeGreaterThanOrEqual(2);

    const delayMs = watchMachineDelay(...pidsOf(stage), worker.pid);
    toStore.mend();
    const mendedAt = Date.now();
    const { at } = await changes.refreshedSince(matchId, version, "corners_over_under_9_5");
    const bound = SOON.REFRESH_LEASE_MS + SOON.RECONCILE_INTERVAL_MS + RECONNECT_MS;
    expect(at - mendedAt).toBeLessThan(bound + MACHINE_MS + delayMs());
    const { markets } = await stage.client.predictions(matchId, { minVersion: version });
    expect(new Set(Object.values(markets).map(({ status }) => status))).toEqual(new Set(["fresh", "settled"]));
    const seen = await observer.stop();
    expect(wrongLabels(seen, changes.received)).toEqual([]);
    expect(new Set(seen.map(({ httpStatus }) => httpStatus))).toEqual(new Set([200]));
  });
});
