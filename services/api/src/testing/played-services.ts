import { MatchEvent } from "@touchline/domain";
import { closeRedis, createLogger, openRedis } from "@touchline/platform";
import { EVENTS_QUEUE, type QueueName, queuePrefix, REFRESH_QUEUE, RefreshJob } from "@touchline/queue";
import { type Job, Worker } from "bullmq";
import type { ApiFixture } from "./api-fixture.ts";
import { applyOne } from "./apply-one.ts";
import type { PlayedMatch } from "./played-match.ts";

/** Takes the jobs of a queue the way a service does, and does with them what the test says. */
async function takeJobs(
  fixture: ApiFixture,
  queue: QueueName,
  take: (job: Job) => Promise<void>,
): Promise<AsyncDisposable> {
  const { config } = fixture;
  const log = createLogger({ service: "played", level: "silent" });
  const connection = await openRedis({ url: config.REDIS_URL, mode: config.REDIS_MODE, role: "worker", log });
  const worker = new Worker(queue, take, { connection, prefix: queuePrefix(config.KEY_PREFIX, config.REDIS_MODE) });
  worker.on("error", () => undefined);
  await worker.waitUntilReady();
  return {
    async [Symbol.asyncDispose]() {
      await worker.close();
      await closeRedis(connection);
    },
  };
}

/** Applies queued events one after another. */
export async function playTagManager(fixture: ApiFixture): Promise<AsyncDisposable> {
  return takeJobs(fixture, EVENTS_QUEUE, async (job) => {
    await applyOne(fixture, MatchEvent.parse(job.data));
  });
}

/** Calls `refresh` for every refresh job of the match; jobs of other matches are taken and dropped. */
export async function playWorker(
  fixture: ApiFixture,
  match: PlayedMatch,
  refresh: () => Promise<unknown>,
): Promise<AsyncDisposable> {
  return takeJobs(fixture, REFRESH_QUEUE, async (job) => {
    if (RefreshJob.parse(job.data).matchId === match.matchId) await refresh();
  });
}
