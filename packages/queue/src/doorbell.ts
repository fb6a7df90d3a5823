import { Id } from "@touchline/domain";
import type { Queue } from "bullmq";
import { z } from "zod";

/** A refresh job's data is a key, never a snapshot: what must be recomputed is state in the store. */
export const RefreshJob = z.object({ matchId: Id });
export type RefreshJob = z.infer<typeof RefreshJob>;

/** BullMQ: 1 is served first; 0 would be served before every number, unsorted. */
export const PRIORITY = { live: 10, prematch: 100, background: 1_000 } as const;
export type Urgency = keyof typeof PRIORITY;

/**
 * Rings for a match. While a refresh of it runs, any number of rings leaves one job waiting; while one waits, none
 * is added. Losing, repeating or delaying a ring costs time, never correctness.
 */
export async function ringDoorbell(queue: Queue, matchId: string, urgency: Urgency): Promise<void> {
  await queue.add("refresh", { matchId } satisfies RefreshJob, {
    deduplication: { id: matchId, keepLastIfActive: true },
    priority: PRIORITY[urgency],
    // What fails stays due in the store; the reconciler rings again. A job in back-off would swallow rings.
    attempts: 1,
    removeOnComplete: { age: 60, count: 1_000 },
    removeOnFail: { age: 3_600, count: 1_000 },
  });
}
