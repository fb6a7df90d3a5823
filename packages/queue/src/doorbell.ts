import { randomUUID } from "node:crypto";
import { Id, isInPlay, isPlayOver, type MatchState } from "@touchline/domain";
import type { Queue } from "bullmq";
import { z } from "zod";

/** A refresh job's data is a key, never a snapshot: what must be recomputed is state in the store. */
export const RefreshJob = z.object({ matchId: Id });
export type RefreshJob = z.infer<typeof RefreshJob>;

/**
 * BullMQ: 1 is served first; 0 would be served before every number, unsorted. `revalidate` is for readers who have been
 * served meanwhile, stale or fresh: whatever else waits goes first.
 */
export const PRIORITY = { live: 10, prematch: 100, background: 1_000, revalidate: 10_000 } as const;
export type Urgency = keyof typeof PRIORITY;

/** How soon a refresh of the match should run, next to those of other matches. */
export function urgencyOf(state: MatchState): Urgency {
  if (isInPlay(state)) return "live";
  return isPlayOver(state) ? "background" : "prematch";
}

/**
 * Rings for a match. While a refresh of it runs, any number of rings leaves one job waiting; while one waits, none
 * is added. Losing, repeating or delaying a ring costs time, never correctness.
 */
export async function ringDoorbell(queue: Queue, matchId: string, urgency: Urgency): Promise<void> {
  const priority = PRIORITY[urgency];
  // Of the rings during a refresh the last one decides the next one's place in the queue: it must not be this one.
  if (urgency === "revalidate" && (await isNextRung(queue, matchId))) return;
  const own = randomUUID();
  const job = await queue.add("refresh", { matchId } satisfies RefreshJob, {
    jobId: own,
    deduplication: { id: matchId, keepLastIfActive: true },
    priority,
    // What fails stays due in the store; the reconciler rings again. A job in back-off would swallow rings.
    attempts: 1,
    removeOnComplete: { age: 60, count: 1_000 },
    removeOnFail: { age: 3_600, count: 1_000 },
  });
  if (job.id !== undefined && job.id !== own) await raisePriority(queue, job.id, priority);
}

/** Whether another refresh follows the running one already. It will see whatever was asked for before this call. */
async function isNextRung(queue: Queue, matchId: string): Promise<boolean> {
  const client = await queue.getBackend().client;
  return (await client.hexists(queue.toKey(`dn:${matchId}`), "opts")) === 1;
}

/** A ring that met a waiting job is dropped, its urgency with it: the highest must win all the same. */
async function raisePriority(queue: Queue, jobId: string, priority: number): Promise<void> {
  const waiting = await queue.getJob(jobId);
  if (waiting && waiting.priority > priority) await waiting.changePriority({ priority });
}
