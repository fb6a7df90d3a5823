import type { Job, Queue } from "bullmq";
import { z } from "zod";
import { QUEUE_NAMES, type QueueName } from "./names.ts";

/** A job that can never succeed, as it was, with the reason. */
export const DeadLetter = z.object({
  queue: z.enum(QUEUE_NAMES),
  jobId: z.string().optional(),
  jobName: z.string(),
  data: z.unknown(),
  reason: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })),
  failedAt: z.iso.datetime(),
});
export type DeadLetter = Readonly<z.infer<typeof DeadLetter>>;

/** Keeps the job where people can look at it. Bounded: the oldest go first. */
export async function buryJob(
  deadLetters: Queue,
  queue: QueueName,
  job: Job,
  reason: string,
  issues: readonly DeadLetter["issues"][number][] = [],
): Promise<void> {
  const letter: DeadLetter = {
    queue,
    ...(job.id === undefined ? {} : { jobId: job.id }),
    jobName: job.name,
    data: job.data,
    reason,
    issues: [...issues],
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
