import { openQueue, PRIORITY, REFRESH_QUEUE, enqueueRefresh } from "@touchline/queue";
import { Worker } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { testPrefix } from "../setup/redis.ts";
import { connectTestRedis } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const closable of open.splice(0).toReversed()) await closable.close();
});

/** A refresh queue whose runs the test holds back and lets go. */
function heldRefreshes(concurrency = 10) {
  const prefix = testPrefix();
  const queue = openQueue(REFRESH_QUEUE, redis, prefix);
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  open.push({ close: async () => void (await connection.quit()) });
  const begun: { matchId: string; finish: () => void }[] = [];
  const waiters: (() => void)[] = [];
  const worker = new Worker(
    REFRESH_QUEUE,
    async (job) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push({ matchId: (job.data as { matchId: string }).matchId, finish: resolve });
      waiters.splice(0).forEach((wake) => wake());
      await promise;
    },
    { connection, prefix, concurrency },
  );
  open.push(worker);
  return {
    queue,
    begun,
    runs: async (count: number): Promise<void> => {
      while (begun.length < count) await new Promise<void>((resolve) => waiters.push(resolve));
    },
  };
}

describe("a doorbell rung while a refresh is active", () => {
  it("leads to exactly one more refresh, however often it rings", async () => {
    const { queue, begun, runs } = heldRefreshes();
    await enqueueRefresh(queue, "m-1", "live");
    await runs(1);
    for (let ring = 0; ring < 50; ring++) await enqueueRefresh(queue, "m-1", "live");
    expect(begun).toHaveLength(1);
    begun[0]?.finish();
    await runs(2);
    begun[1]?.finish();
    // Whatever else had been rung for would stand before this one.
    await enqueueRefresh(queue, "m-2", "background");
    await runs(3);
    begun[2]?.finish();
    expect(begun.map(({ matchId }) => matchId)).toEqual(["m-1", "m-1", "m-2"]);
  });

  it("does not hold up another match", async () => {
    const { queue, begun, runs } = heldRefreshes();
    await enqueueRefresh(queue, "m-1", "live");
    await enqueueRefresh(queue, "m-2", "live");
    await runs(2);
    expect(begun.map(({ matchId }) => matchId).sort()).toEqual(["m-1", "m-2"]);
    begun.forEach(({ finish }) => finish());
  });
});

describe("a doorbell rung for a job that waits already", () => {
  it("raises its urgency, and never lowers it", async () => {
    const queue = openQueue(REFRESH_QUEUE, redis, testPrefix());
    await enqueueRefresh(queue, "m-1", "prematch");
    await enqueueRefresh(queue, "m-1", "live");
    await enqueueRefresh(queue, "m-1", "background");
    const waiting = await queue.getJobs(["prioritized", "waiting"]);
    expect(waiting.map(({ data, priority }) => [(data as { matchId: string }).matchId, priority])).toEqual([
      ["m-1", PRIORITY.live],
    ]);
    await queue.close();
  });
});

describe("a doorbell rung for readers who were served", () => {
  it("lets everything else go first", async () => {
    const { queue, begun, runs } = heldRefreshes(1);
    await enqueueRefresh(queue, "held", "live");
    await runs(1);
    await enqueueRefresh(queue, "served", "revalidate");
    await enqueueRefresh(queue, "over", "background");
    await enqueueRefresh(queue, "event", "live");
    for (let run = 1; run <= 4; run++) {
      await runs(run);
      begun[run - 1]?.finish();
    }
    expect(begun.map(({ matchId }) => matchId)).toEqual(["held", "event", "over", "served"]);
  });

  it("does not put off an event's refresh that follows a running one", async () => {
    const { queue, begun, runs } = heldRefreshes(1);
    await enqueueRefresh(queue, "m-1", "live");
    await runs(1);
    await enqueueRefresh(queue, "m-1", "live");
    await enqueueRefresh(queue, "m-1", "revalidate");
    await enqueueRefresh(queue, "m-2", "prematch");
    for (let run = 1; run <= 3; run++) {
      await runs(run);
      begun[run - 1]?.finish();
    }
    expect(begun.map(({ matchId }) => matchId)).toEqual(["m-1", "m-1", "m-2"]);
  });

  it("is outdone by an event's, whether its refresh waits or will follow a running one", async () => {
    const { queue, begun, runs } = heldRefreshes(1);
    await enqueueRefresh(queue, "m-1", "revalidate");
    await runs(1);
    await enqueueRefresh(queue, "m-1", "revalidate");
    await enqueueRefresh(queue, "m-1", "live");
    await enqueueRefresh(queue, "m-2", "revalidate");
    await enqueueRefresh(queue, "m-2", "live");
    await enqueueRefresh(queue, "m-3", "prematch");
    for (let run = 1; run <= 4; run++) {
      await runs(run);
      begun[run - 1]?.finish();
    }
    expect(
      begun
        .slice(0, 3)
        .map(({ matchId }) => matchId)
        .sort(),
    ).toEqual(["m-1", "m-1", "m-2"]);
    expect(begun[3]?.matchId).toBe("m-3");
  });
});
