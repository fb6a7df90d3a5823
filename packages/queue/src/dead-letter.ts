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
    data: withinBytes(job.data),
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
/** UTF-16 units of JSON of one letter: with `MAX_DEAD_LETTERS`, at most about 160 MB of the queue's memory. */
const MAX_LETTER_LENGTH = 16_384;
const KEPT_LENGTH = 2_048;

/** The data of a job; of larger data the beginning. */
function withinBytes(data: unknown): unknown {
  const text = JSON.stringify(data) ?? "null";
  if (text.length <= MAX_LETTER_LENGTH) return data;
  return { cut: true, length: text.length, beginning: text.slice(0, KEPT_LENGTH) };
}
