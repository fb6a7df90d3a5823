import { createLogger, Metrics } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, EVENTS_QUEUE, openQueue, REFRESH_QUEUE } from "@touchline/queue";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { startEventWorker } from "../../services/tag-manager/src/event-worker.ts";
import { createTagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { type ReplicatedRedis, startReplicatedRedis } from "../setup/replicated-redis.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const queueRedis: Redis = connectTestRedis();
afterAll(async () => queueRedis.quit());

let redis: ReplicatedRedis;
let client: Redis;
let store: TestStore;
beforeEach(async () => {
  redis = await startReplicatedRedis();
  client = new Redis(redis.address.url, { maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  store = new TestStore(client);
});
afterEach(async () => {
  client.disconnect();
  await redis.stop();
});

it("a step counts as replicated only in the history that has it", async () => {
  const match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
  const mark = await store.matches.stepMark("m-1");
  expect(await store.matches.isReplicated("m-1", mark, 1)).toBe(true);
  expect(await store.matches.isReplicated("m-1", mark, 2)).toBe(false);
  redis.cutReplication();
  await store.apply(match.goal("home", 5));
  const lost = await store.matches.stepMark("m-1");
  expect(await store.matches.isReplicated("m-1", lost, 1)).toBe(false);
  await redis.failOver();
  // It has the replicas that are asked for, and not the step.
  expect(await store.matches.isReplicated("m-1", mark, 0)).toBe(true);
  expect(await store.matches.isReplicated("m-1", lost, 0)).toBe(false);
});

it("an event that only the master has stays in the queue, and is applied by the next one", async () => {
  const { prefix } = store;
  const match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
  await redis.replicated();
  redis.cutReplication();

  const [events, refreshQueue, deadLetters] = ([EVENTS_QUEUE, REFRESH_QUEUE, DEAD_LETTER_QUEUE] as const).map((name) =>
    openQueue(name, queueRedis, prefix),
  ) as [ReturnType<typeof openQueue>, ReturnType<typeof openQueue>, ReturnType<typeof openQueue>];
  const connection = queueRedis.duplicate({ maxRetriesPerRequest: null });
  const truths = new TruthCache(1);
  // As a tag-manager does.
  client.on("close", () => truths.forgetAll());
  const putBack = Promise.withResolvers<void>();
  const metrics = createTagManagerMetrics(new Metrics({ processMetrics: false }), { add: () => undefined });
  const worker = startEventWorker({
    ...store.applyDependencies(truths),
    connection,
    queueRedis,
    queuePrefix: prefix,
    refreshQueue,
    deadLetters,
    concurrency: 1,
    replicas: 1,
    lockMs: 60_000,
    stalledIntervalMs: 60_000,
    log: createLogger({ service: "events", level: "silent" }),
    metrics: { ...metrics, postponed: () => putBack.resolve() },
    lostLogs: quietLostLogs(),
  });
  try {
    const goal = match.goal("home", 5);
    await events.add("goal", goal);
    await putBack.promise;
    expect((await store.matches.state("m-1"))?.score.home).toBe(1);
    await redis.failOver();
    await redis.master.restart();
    const revived = new Redis(redis.master.url);
    await revived.call("REPLICAOF", "127.0.0.1", redis.replica.port);
    const applied = async () => (await store.matches.state("m-1"))?.score.home;
    await expect.poll(applied, { interval: 20, timeout: 60_000 }).toBe(1);
    await expect.poll(async () => events.count(), { interval: 20, timeout: 60_000 }).toBe(0);
    expect(await redis.onReplica.hget(`${prefix}:{m-1}:match`, "state")).toContain('"home":1');
    revived.disconnect();
  } finally {
    await worker.close(true);
    await Promise.all([events, refreshQueue, deadLetters].map(async (queue) => queue.close()));
    connection.disconnect();
  }
}, 120_000);
