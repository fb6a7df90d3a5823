import { type Job, Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testPrefix } from "../../../test/setup/redis.ts";
import { openQueue } from "./queues.ts";
import { SteadyWorker } from "./steady.ts";

const prefix = testPrefix();
let redis: Redis;
beforeEach(async () => {
  redis = new Redis(process.env["REDIS_URL"] ?? "", { maxRetriesPerRequest: null });
  // A connection asks the same question itself before it is ready.
  await redis.ping();
});
afterEach(async () => redis.quit());

/** The server stalls while BullMQ asks it, once, for its version. */
function stallOnce(): void {
  vi.spyOn(redis, "info").mockRejectedValueOnce(
    new Error("Socket timeout. Expecting data, but didn't receive any in 1000ms."),
  );
}

describe("when the server stalls at the very start", () => {
  it("a queue of BullMQ itself fails for ever", async () => {
    stallOnce();
    const queue = new Queue("refresh", { connection: redis, prefix });
    queue.on("error", () => undefined);
    await expect(queue.getJobCounts("wait")).rejects.toThrow("Socket timeout");
    await expect(queue.getJobCounts("wait")).rejects.toThrow("Socket timeout");
    await queue.close();
  });

  it("a queue of ours works as soon as the server answers", async () => {
    stallOnce();
    const queue = openQueue("refresh", redis, prefix);
    await expect(queue.getJobCounts("wait")).rejects.toThrow("Socket timeout");
    await expect.poll(async () => queue.getJobCounts("wait").catch(String), { timeout: 60_000 }).toEqual({ wait: 0 });
    await queue.close();
  });

  it("a worker takes jobs as soon as the server answers", async () => {
    const queue = openQueue("refresh", redis, prefix);
    await queue.add("refresh", { matchId: "m1" });
    stallOnce();
    const taken = Promise.withResolvers<unknown>();
    const worker = new SteadyWorker("refresh", async (job: Job) => taken.resolve(job.data), {
      connection: redis,
      prefix,
    });
    worker.on("error", () => undefined);
    expect(await taken.promise).toEqual({ matchId: "m1" });
    await worker.close();
    await queue.close();
  });

  it("a worker that is closed meanwhile takes nothing", async () => {
    stallOnce();
    const worker = new SteadyWorker("refresh", async () => undefined, { connection: redis, prefix });
    worker.on("error", () => undefined);
    await worker.close();
    expect(worker.isRunning()).toBe(false);
  });
});
