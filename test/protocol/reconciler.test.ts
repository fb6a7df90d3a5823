import { createLogger, Metrics } from "@touchline/platform";
import { openQueue, PRIORITY, REFRESH_QUEUE, RefreshBacklog, enqueueRefresh } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { sweepOnce } from "../../services/tag-manager/src/reconciler.ts";
import { createTagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const MATCHES = ["next-week", "in-play", "tomorrow"];

let store: TestStore;
let queue: Queue;
beforeEach(async () => {
  store = new TestStore(redis);
  queue = openQueue(REFRESH_QUEUE, redis, store.prefix);
  for (const matchId of MATCHES) {
    const match = new MatchScript(matchId);
    await store.apply(match.fixture(), ...(matchId === "in-play" ? [match.kickOff()] : []));
  }
  // As an earlier sweep has left it.
  for await (const _found of store.matches.rebuildIndex(store.now));
});
afterEach(async () => queue.close());

async function sweep(progress: Parameters<typeof sweepOnce>[1] = {}): Promise<number> {
  return sweepOnce(
    {
      store: store.matches,
      refreshQueue: queue,
      backlog: new RefreshBacklog({ waiting: () => Promise.resolve(0), max: 100 }),
      patience: { dueMs: 0, leaseMs: 0 },
      now: () => store.now,
      log: createLogger({ service: "sweep", level: "silent" }),
      metrics: createTagManagerMetrics(new Metrics(), { add: () => undefined }),
      lostLogs: quietLostLogs(),
    },
    progress,
  );
}

async function urgencies(): Promise<Record<string, number>> {
  const jobs = await queue.getJobs(["prioritized", "waiting"]);
  return Object.fromEntries(jobs.map(({ data, priority }) => [(data as { matchId: string }).matchId, priority]));
}

describe("a sweep over matches that have all waited too long", () => {
  it("enqueues each with its own urgency, so that matches in play go first", async () => {
    // As a new build does with every match.
    for (const matchId of MATCHES) await enqueueRefresh(queue, matchId, "background");
    expect(await sweep()).toBe(3);
    const { prematch, live } = PRIORITY;
    expect(await urgencies()).toEqual({ "next-week": prematch, "in-play": live, tomorrow: prematch });
  });

  it("beats the heartbeat with each, however long all of them take", async () => {
    let beats = 0;
    await sweep({ heartbeat: { beat: () => beats++ } });
    expect(beats).toBe(3);
  });

  it("ends in the middle when it is to stop", async () => {
    const stopping = new AbortController();
    expect(await sweep({ signal: stopping.signal, heartbeat: { beat: () => stopping.abort() } })).toBe(1);
  });
});
