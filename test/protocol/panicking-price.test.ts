import { createLogger, Metrics } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, EVENTS_QUEUE, openQueue, REFRESH_QUEUE } from "@touchline/queue";
import type { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { startEventWorker } from "../../services/tag-manager/src/event-worker.ts";
import { createTagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

it("a price that panics in play enqueues a refresh at once, although no market reads it", async () => {
  const store = new TestStore(redis);
  const { prefix } = store;
  const script = new MatchScript("m-1");
  const quoted = (home: number, minute: number) =>
    script.event("odds_update", { minute, payload: { market: "match_result", prices: { home } } });
  store.now = script.kickoffAt + 10 * 60_000;
  await store.apply(script.fixture(), script.kickOff(), ...[1, 2, 3, 4].map((minute) => quoted(2, minute)));

  const events = openQueue(EVENTS_QUEUE, redis, prefix);
  const refreshQueue = openQueue(REFRESH_QUEUE, redis, prefix);
  const deadLetters = openQueue(DEAD_LETTER_QUEUE, redis, prefix);
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  const worker = startEventWorker({
    ...store.applyDependencies(new TruthCache(1)),
    connection,
    queueRedis: redis,
    queuePrefix: prefix,
    refreshQueue,
    deadLetters,
    concurrency: 1,
    lockMs: 10_000,
    stalledIntervalMs: 10_000,
    log: createLogger({ service: "events", level: "silent" }),
    metrics: createTagManagerMetrics(new Metrics(), { add: () => undefined }),
    lostLogs: quietLostLogs(),
  });
  const applied = new Promise((resolve) => worker.once("completed", resolve));
  try {
    await events.add("odds_update", quoted(1.2, 6));
    await applied;
    expect(await refreshQueue.getJobs("prioritized")).toMatchObject([{ data: { matchId: "m-1" } }]);
  } finally {
    await worker.close();
    await Promise.all([events, refreshQueue, deadLetters].map(async (queue) => queue.close()));
    await connection.quit();
  }
});
