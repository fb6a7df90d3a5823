import type { Logger } from "@touchline/platform";
import { buryJob, EVENTS_QUEUE } from "@touchline/queue";
import { DelayedError, type Job, type Queue, UnrecoverableError } from "bullmq";
import type { TagManagerMetrics } from "../tag-manager-metrics.ts";

interface PostponeOptions {
  readonly deadLetters: Queue;
  readonly log: Logger;
  readonly metrics: Pick<TagManagerMetrics, "rejected" | "postponed">;
}

/** Starts after which a job counts as poison: with the delays below, about an hour of a failing store. */
const MAX_STARTS = 1_000;

/**
 * Puts an event back into the queue until the store can take it, whatever number of attempts its producer chose: no
 * event may be lost.
 * @throws DelayedError, which tells BullMQ that the job was put back, or UnrecoverableError after `MAX_STARTS`
 */
export async function postponeEvent(
  { deadLetters, log, metrics }: PostponeOptions,
  job: Job,
  token: string | undefined,
  err: unknown,
): Promise<never> {
  const reason = err instanceof Error ? err.message : String(err);
  if (job.attemptsStarted >= MAX_STARTS) {
    await buryJob(deadLetters, EVENTS_QUEUE, job, reason);
    metrics.rejected();
    throw new UnrecoverableError(reason);
  }
  log.warn({ err, jobId: job.id, starts: job.attemptsStarted }, "event put back");
  metrics.postponed();
  const delayMs = Math.min(4_000, 25 * 2 ** Math.min(job.attemptsStarted, 8)) * (0.5 + Math.random() / 2);
  // If the queue fails as well, the job must not fail: it would be gone. BullMQ finds it stalled and starts it again.
  await putBack(job, token, delayMs).catch((error: unknown) =>
    log.warn({ err: error, jobId: job.id }, "event not put back; it will be found stalled"),
  );
  throw new DelayedError();
}

/** Puts a job back into the queue for a while. The caller throws DelayedError then. */
export async function putBack(job: Job, token: string | undefined, delayMs: number): Promise<void> {
  await job.moveToDelayed(Date.now() + Math.ceil(delayMs), token);
}
