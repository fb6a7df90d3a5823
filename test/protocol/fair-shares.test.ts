import { createLogger, Metrics } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, enqueueEvents, EVENTS_QUEUE, openQueue, REFRESH_QUEUE } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { startEventWorker } from "../../services/tag-manager/src/event-worker.ts";
import { createTagManagerMetrics, type TagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const [HELD, SLOTS] = [64, 4];

/** A flooded match and another one, and a tag-manager that begins once `publish` has filled the queue. */
async function play(publish: (events: Queue, flooded: MatchScript, other: MatchScript) => Promise<void>): Promise<{
  handled: readonly string[];
  counts: Readonly<Record<"coalesced" | "deferred" | "steps", number>>;
  store: TestStore;
}> {
  const store = new TestStore(redis);
  const { prefix } = store;
  const [flooded, other] = [new MatchScript("flooded"), new MatchScript("other")];
  store.now = flooded.kickoffAt + 40 * 60_000;
  for (const match of [flooded, other]) await store.apply(match.fixture(), match.kickOff());

  const queues = ([EVENTS_QUEUE, REFRESH_QUEUE, DEAD_LETTER_QUEUE] as const).map((name) =>
    openQueue(name, redis, prefix),
  );
  const [events, refreshQueue, deadLetters] = queues as [Queue, Queue, Queue];
  await publish(events, flooded, other);
  const total = await unfinished(events);
  const counts = { coalesced: 0, deferred: 0, steps: 0 };
  const metrics: TagManagerMetrics = {
    ...createTagManagerMetrics(new Metrics({ processMetrics: false }), { add: () => undefined }),
    coalesced: (count) => void (counts.coalesced += count),
    deferred: () => void counts.deferred++,
    stepped: () => void counts.steps++,
  };
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  const worker = startEventWorker({
    ...store.applyDependencies(new TruthCache(10)),
    connection,
    queueRedis: redis,
    queuePrefix: prefix,
    refreshQueue,
    deadLetters,
    concurrency: SLOTS,
    held: HELD,
    lockMs: 60_000,
    stalledIntervalMs: 60_000,
    log: createLogger({ service: "events", level: "silent" }),
    metrics,
    lostLogs: quietLostLogs(),
  });
  const handled: string[] = [];
  const all = Promise.withResolvers<void>();
  worker.on("completed", ({ data }: { data: { matchId: string } }) => {
    if (handled.push(data.matchId) === total) all.resolve();
  });
  try {
    await all.promise;
    return { handled, counts, store };
  } finally {
    await worker.close();
    await Promise.all(queues.map(async (queue) => queue.close()));
    await connection.quit();
  }
}

async function unfinished(events: Queue): Promise<number> {
  return events.getJobCountByTypes("waiting", "prioritized", "delayed");
}

const quoted = (match: MatchScript, index: number) =>
  match.event("odds_update", {
    occurredAt: new Date(match.kickoffAt + 60_000 + index * 1_000).toISOString(),
    payload: { market: `m${index % 3}`, prices: { home: 2 + (index % 7) / 10 } },
  });

describe("a match that is flooded", () => {
  it(
    "with prices lets a corner of another match overtake all of them, and loses none",
    async () => {
      const { handled, counts, store } = await play(async (events, flooded, other) => {
        const prices = Array.from({ length: 400 }, (_unused, index) => quoted(flooded, index));
        await enqueueEvents(events, prices);
        await enqueueEvents(events, [other.corner("home", 12)]);
      });
      expect(handled.indexOf("other")).toBeLessThanOrEqual(HELD);
      expect(counts.coalesced + counts.steps).toBe(401);
      expect(counts.steps).toBeLessThan(100);
      expect((await store.matches.truth("flooded")).log.size).toBe(402);
      expect((await store.matches.state("other"))?.counts.corners.home).toBe(1);
    },
    PATIENCE_MS,
  );

  it(
    "by a producer that knows no priorities is worked off in few steps",
    async () => {
      const { handled, counts } = await play(async (events, flooded, other) => {
        const prices = Array.from({ length: 400 }, (_unused, index) => quoted(flooded, index));
        const jobs = [...prices, other.corner("home", 12)];
        await events.addBulk(jobs.map((event) => ({ name: event.type, data: event })));
      });
      expect(handled.indexOf("other")).toBeGreaterThan(HELD);
      expect(counts.steps).toBeLessThan(100);
    },
    PATIENCE_MS,
  );

  it(
    "with events that share no step does not hold every place: another match's goal is not behind them",
    async () => {
      const { handled, counts, store } = await play(async (events, flooded, other) => {
        const corners = Array.from({ length: 150 }, (_unused, index) => flooded.corner("away", 1 + (index % 30)));
        await events.addBulk([...corners, other.goal("home", 12)].map((event) => ({ name: event.type, data: event })));
      });
      expect(handled.indexOf("other")).toBeLessThan(140);
      expect(counts.deferred).toBeGreaterThan(0);
      expect((await store.matches.state("flooded"))?.counts.corners.away).toBe(150);
      expect((await store.matches.state("other"))?.score.home).toBe(1);
    },
    PATIENCE_MS,
  );
});
