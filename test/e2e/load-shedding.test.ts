import { matchKeys } from "@touchline/cache";
import { createLogger, Metrics } from "@touchline/platform";
import {
  countWaitingRefreshes,
  openQueue,
  PRIORITY,
  REFRESH_QUEUE,
  RefreshBacklog,
  enqueueRefresh,
} from "@touchline/queue";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { sweepOnce } from "../../services/tag-manager/src/reconciler.ts";
import { createTagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const BOUND = 4;
const log = createLogger({ service: "shedding", level: "silent" });

let store: TestStore;
let queue: Queue;
let match: MatchScript;
beforeEach(async () => {
  store = new TestStore(redis);
  queue = openQueue(REFRESH_QUEUE, redis, `${store.prefix}-bull`);
  match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
  await store.refresh("m-1");
  return async () => queue.close();
});

async function waiting(count: number): Promise<void> {
  await queue.drain();
  for (let other = 0; other < count; other++) await enqueueRefresh(queue, `other-${other}`, "live");
}

/** One look of a reconciler that has just been started. @returns how many refreshes it enqueued */
async function sweep(): Promise<number> {
  return sweepOnce({
    store: store.matches,
    refreshQueue: queue,
    backlog: new RefreshBacklog({ waiting: async () => countWaitingRefreshes(queue), max: BOUND }),
    patience: { dueMs: 0, leaseMs: 0 },
    now: () => store.now,
    log,
    metrics: createTagManagerMetrics(new Metrics({ processMetrics: false }), { add: () => undefined }),
    lostLogs: quietLostLogs(),
  });
}

/** Urgency of the job that waits for the match; undefined when none does. */
async function enqueuedPriority(): Promise<number | undefined> {
  const jobs = await queue.getJobs(["prioritized", "waiting"]);
  return jobs.find(({ data }) => (data as { matchId: string }).matchId === "m-1")?.priority;
}

describe("what was shed under load", () => {
  it("is enqueued by the reconciler once the queue has drained, after everything else, and then done", async () => {
    await store.matches.requestRefresh("m-1", "default", "background");
    await waiting(BOUND + 1);
    expect([await sweep(), await enqueuedPriority()]).toEqual([0, undefined]);
    await waiting(BOUND);
    expect([await sweep(), await enqueuedPriority()]).toEqual([1, PRIORITY.revalidate]);
    await store.refresh("m-1");
    await waiting(0);
    expect(await sweep()).toBe(0);
  });

  it("is enqueued at once, and before others, when a reader who was not served waits for it", async () => {
    await store.matches.requestRefresh("m-1", "default", "background");
    await store.matches.requestRefresh("m-1", "default", "blocking");
    await waiting(BOUND + 1);
    expect([await sweep(), await enqueuedPriority()]).toEqual([1, PRIORITY.live]);
  });

  it("is enqueued at once when an event asks for it as well", async () => {
    await store.matches.requestRefresh("m-1", "default", "background");
    await store.apply(match.corner("home", 10));
    await waiting(BOUND + 1);
    expect([await sweep(), await enqueuedPriority()]).toEqual([1, PRIORITY.live]);
  });

  it("can wait again after a refresh has answered who could not", async () => {
    await store.matches.requestRefresh("m-1", "default", "blocking");
    await store.refresh("m-1");
    await store.matches.requestRefresh("m-1", "default", "background");
    await waiting(BOUND + 1);
    expect([await sweep(), await enqueuedPriority()]).toEqual([0, undefined]);
  });
});

describe("a refresh of what was shed for long", () => {
  it("does not count the wait as its own, or readers would refresh all the earlier after an overload", async () => {
    await store.matches.requestRefresh("m-1", "default", "background");
    const { refresh } = matchKeys(store.prefix, "m-1");
    const { now } = await store.begin("m-1");
    await redis.hset(refresh, "wantAt", now - 60_000);
    const begun = await store.begin("m-1");
    expect(begun.now - (begun.dueSince ?? 0)).toBe(5_000);
    await redis.hset(refresh, "needAt", now - 60_000);
    expect((await store.begin("m-1")).dueSince).toBe(now - 60_000);
  });
});
