import { openQueue, REFRESH_QUEUE, enqueueRefresh } from "@touchline/queue";
import { createClient } from "@touchline/client";
import { Queue, QueueEvents, Worker } from "bullmq";
import { Redis } from "ioredis";
import { startRedis, type TestRedis } from "../test/setup/redis.ts";
import { startInstallation } from "../test/setup/services.ts";
import { table } from "./support/table.ts";

interface RefreshResult {
  readonly refreshesPerSecond: number;
  /** Jobs of the same queue settings that do nothing, in the same run. */
  readonly rawJobsPerSecond: number;
  readonly ratio: number;
}

const MATCHES = 400;
const ROUNDS = 5;

/** Refreshes of a worker process, every market of one variant each, against jobs that do nothing. */
export async function refresh(): Promise<RefreshResult> {
  const server = await startRedis();
  const installation = await startInstallation({
    redisUrl: server.url,
    prefix: "tl",
    env: { WORKER_CONCURRENCY: "32" },
  });
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const queue = openQueue(REFRESH_QUEUE, redis, "bull");
  try {
    const client = createClient({ url: installation.apis[0]?.url ?? "" });
    const kickoff = new Date(Date.now() + 86_400_000).toISOString();
    const ids = Array.from({ length: MATCHES }, (_unused, match) => `m-${match}`);
    for (const id of ids)
      await client.registerMatch(id, {
        home: "Arsenal",
        away: "Leicester",
        kickoff,
        competition: "ENG-Premier League",
      });
    await drained(redis, server);
    const began = performance.now();
    for (let round = 0; round < ROUNDS; round++) {
      await redis.unlink(...ids.map((id) => `tl:{${id}}:entries:default`));
      await Promise.all(ids.map(async (id) => enqueueRefresh(queue, id, "prematch")));
      await drained(redis, server);
    }
    const refreshesPerSecond = (MATCHES * ROUNDS) / ((performance.now() - began) / 1000);
    const rawJobsPerSecond = await rawJobs(redis);
    table(
      ["", "per second"],
      [
        ["refreshes", refreshesPerSecond],
        ["jobs that do nothing", rawJobsPerSecond],
      ],
    );
    return { refreshesPerSecond, rawJobsPerSecond, ratio: refreshesPerSecond / rawJobsPerSecond };
  } finally {
    await queue.close();
    redis.disconnect();
    await installation.stop();
    await server.stop();
  }
}

/** Resolves when the refresh queue has nothing left, told by the queue's own events. */
async function drained(redis: Redis, server: TestRedis): Promise<void> {
  const connection = new Redis(server.url, { maxRetriesPerRequest: null });
  const events = new QueueEvents(REFRESH_QUEUE, { connection });
  await events.waitUntilReady();
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = async (): Promise<void> => {
    const left = await Promise.all([
      redis.llen("bull:refresh:wait"),
      redis.llen("bull:refresh:active"),
      redis.zcard("bull:refresh:prioritized"),
    ]);
    if (left.every((count) => count === 0)) resolve();
  };
  events.on("completed", () => void look());
  events.on("failed", () => void look());
  await look();
  await promise;
  await events.close();
  connection.disconnect();
}

async function rawJobs(redis: Redis): Promise<number> {
  const count = MATCHES * ROUNDS;
  const queue = new Queue("raw", { connection: redis });
  let done = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const connection = redis.duplicate();
  const worker = new Worker(
    "raw",
    () => {
      if (++done === count) resolve();
      return Promise.resolve();
    },
    { connection, concurrency: 32, removeOnComplete: { count: 1_000 } },
  );
  await worker.waitUntilReady();
  const began = performance.now();
  for (let round = 0; round < ROUNDS; round++)
    await Promise.all(
      Array.from({ length: MATCHES }, async () => queue.add("job", { matchId: "m-1" }, { priority: 10 })),
    );
  await promise;
  const rate = count / ((performance.now() - began) / 1000);
  await worker.close();
  await queue.close();
  connection.disconnect();
  return rate;
}
