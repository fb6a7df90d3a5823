import { Id } from "@touchline/domain";
import type { Queue } from "bullmq";
import { z } from "zod";

/** A job that says that a source has a new snapshot of a match. What it says is stored beside the queue. */
export const SnapshotJob = z.strictObject({ kind: z.literal("snapshot"), matchId: Id, source: Id });
export type SnapshotJob = z.output<typeof SnapshotJob>;

/**
 * @param number of the snapshot. Each has a job of its own: BullMQ drops an add under an id that is being worked on,
 * and that
 *   job may have read the snapshot before
 */
export async function enqueueSnapshot(
  queue: Queue,
  { matchId, source, number }: { readonly matchId: string; readonly source: string; readonly number: number },
): Promise<void> {
  const data: SnapshotJob = { kind: "snapshot", matchId, source };
  // No event has an empty source, so that no event's job has this id.
  await queue.add("snapshot", data, {
    jobId: `snapshot..${matchId}.${source}.${number}`,
    attempts: 10,
    backoff: { type: "exponential", delay: 50, jitter: 0.5 },
    removeOnComplete: true,
  });
}
