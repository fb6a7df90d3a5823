import type { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { testPrefix } from "../../../test/setup/redis.ts";
import { enqueueRefresh } from "./enqueue-refresh.ts";
import { REFRESH_QUEUE } from "./names.ts";
import { openQueue } from "./queues.ts";
import { BACKLOG_RECOUNT_MS, BACKLOG_SAMPLE_MS, countWaitingRefreshes, RefreshBacklog } from "./refresh-backlog.ts";

const redis = new Redis(process.env["REDIS_URL"] ?? "", { maxRetriesPerRequest: 1 });
afterAll(async () => redis.quit());

let queue: Queue;
let now: number;
let counts: number;
let backlog: RefreshBacklog;
beforeEach(() => {
  queue = openQueue(REFRESH_QUEUE, redis, testPrefix());
  now = 0;
  counts = 0;
  backlog = new RefreshBacklog({
    waiting: async () => {
      counts++;
      return countWaitingRefreshes(queue);
    },
    max: 4,
    monotonic: () => now,
  });
  return async () => queue.close();
});

/** Makes so many refreshes wait, and lets a count grow old enough to be made again. */
async function waiting(count: number): Promise<void> {
  await queue.drain();
  for (let match = 0; match < count; match++)
    await enqueueRefresh(queue, `m-${match}`, match % 2 ? "live" : "revalidate");
  now += BACKLOG_SAMPLE_MS;
}

describe("work that can wait", () => {
  it("is admitted up to the bound, and after it was exceeded from half of it on", async () => {
    const answers: [number, boolean][] = [];
    for (const count of [0, 4, 5, 4, 3, 2, 4, 5]) {
      await waiting(count);
      answers.push([count, await backlog.admits()]);
    }
    expect(answers).toEqual([
      [0, true],
      [4, true],
      [5, false],
      [4, false],
      [3, false],
      [2, true],
      [4, true],
      [5, false],
    ]);
  });

  it("is counted once however many ask, and not again while the count is good", async () => {
    await waiting(5);
    const answers = await Promise.all(Array.from({ length: 200 }, async () => backlog.admits()));
    expect(new Set(answers)).toEqual(new Set([false]));
    now += BACKLOG_SAMPLE_MS - 1;
    await backlog.admits();
    expect(counts).toBe(1);
    now += 1;
    await backlog.admits();
    expect(counts).toBe(2);
  });

  it("is not admitted all at once on the strength of one count", async () => {
    await waiting(2);
    const answers = await Promise.all(Array.from({ length: 200 }, async () => backlog.admits()));
    expect(answers.filter((admitted) => admitted)).toHaveLength(3);
    expect([await backlog.admits(), counts]).toEqual([false, 1]);
    // Workers have taken what was let in: a moment later there is room again.
    await queue.drain();
    now += BACKLOG_RECOUNT_MS;
    expect([await backlog.admits(), counts]).toEqual([true, 2]);
  });

  it("is admitted when nobody can count", async () => {
    const blind = new RefreshBacklog({ waiting: () => Promise.reject(new Error("no answer")), max: 1 });
    expect(await blind.admits()).toBe(true);
  });
});
