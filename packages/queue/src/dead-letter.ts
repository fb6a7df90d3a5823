import type { Job, Queue } from "bullmq";
import type { QueueName } from "./names.ts";

/** A job that can never succeed, as it was, with the reason. */
export interface DeadLetter {
  readonly queue: QueueName;
  readonly jobId: string | undefined;
  readonly jobName: string;
  readonly data: unknown;
  readonly reason: string;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly failedAt: string;
}

/** Keeps the job where people can look at it. Bounded: the oldest go first. */
export async function buryJob(
  deadLetters: Queue,
  queue: QueueName,
  job: Job,
  reason: string,
  issues: DeadLetter["issues"] = [],
): Promise<void> {
  const letter: DeadLetter = {
    queue,
    jobId: job.id,
    jobName: job.name,
    data: job.data,
    reason,
    issues,
    failedAt: new Date().toISOString(),
  };
  const count = await deadLetters.count();
  if (count >= MAX_DEAD_LETTERS) await deadLetters.clean(0, count - MAX_DEAD_LETTERS + 1, "wait");
  // One letter for each job, however often a stalled worker buries it.
  await deadLetters.add(queue, letter, {
    jobId: `${queue}-${job.id ?? "unnamed"}-${job.timestamp}`,
  });
}

const MAX_DEAD_LETTERS = 10_000;
