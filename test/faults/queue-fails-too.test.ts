import { createLogger, Metrics } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, EVENTS_QUEUE, openQueue, REFRESH_QUEUE } from "@touchline/queue";
import { Job } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { startEventWorker } from "../../services/tag-manager/src/event-worker.ts";
import { createTagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());
afterEach(() => vi.restoreAllMocks());

describe("an event that neither the store takes nor the queue takes back", () => {
  it("is found again, though its producer asked for one attempt", async () => {
    const store = new TestStore(redis);
    const { prefix } = store;
    const connection = redis.duplicate({ maxRetriesPerRequest: null });
    const events = openQueue(EVENTS_QUEUE, redis, prefix);
    const refreshQueue = openQueue(REFRESH_QUEUE, redis, prefix);
    const deadLetters = openQueue(DEAD_LETTER_QUEUE, redis, prefix);
    const putBack = vi.spyOn(Job.prototype, "moveToDelayed").mockRejectedValueOnce(new Error("READONLY"));
    let starts = 0;
    const worker = startEventWorker({
      ...store.applyDependencies(new TruthCache(1), {
        now: () => {
          if (++starts === 1) throw new Error("the store is away");
          return store.now;
        },
      }),
      connection,
      queueRedis: redis,
      queuePrefix: prefix,
      refreshQueue,
      deadLetters,
      concurrency: 1,
      lockMs: 200,
      stalledIntervalMs: 50,
      log: createLogger({ service: "events", level: "silent" }),
      metrics: createTagManagerMetrics(new Metrics(), { add: () => undefined }),
      lostLogs: quietLostLogs(),
    });
    try {
      await events.add("fixture", new MatchScript("m-1").fixture(), { attempts: 1 });
      await expect.poll(async () => (await store.matches.match("m-1"))?.version, { interval: 10 }).toBe(1);
      expect(putBack).toHaveBeenCalledTimes(1);
      expect(await deadLetters.count()).toBe(0);
    } finally {
      await worker.close();
      await Promise.all([events, refreshQueue, deadLetters].map(async (queue) => queue.close()));
      await connection.quit();
    }
  });
});
