import { randomUUID } from "node:crypto";
import { Id, isInPlay, isPlayOver, type MatchState } from "@touchline/domain";
import type { Queue } from "bullmq";
import { z } from "zod";

/** A refresh job's data is a key, never a snapshot: what must be recomputed is state in the store. */
export const RefreshJob = z.object({ matchId: Id });
export type RefreshJob = z.infer<typeof RefreshJob>;

/**
 * BullMQ takes 1 first; 0 would come before every number, unsorted. `revalidate` is for background requests: every
 * other job goes first.
 */
export const PRIORITY = { live: 10, prematch: 100, background: 1_000, revalidate: 10_000 } as const;
export type Urgency = keyof typeof PRIORITY;

/** How soon a refresh of the match should run, next to those of other matches. */
export function urgencyOf(state: MatchState): Urgency {
  if (isInPlay(state)) return "live";
  return isPlayOver(state) ? "background" : "prematch";
}

/**
 * Enqueues a refresh of a match. While a refresh of it runs, any number of calls leaves one job waiting; while one
 * waits, no other is added. A lost, repeated or delayed job costs time, never correctness.
 */
export async function enqueueRefresh(queue: Queue, matchId: string, urgency: Urgency): Promise<void> {
  const priority = PRIORITY[urgency];
  // While a refresh runs, BullMQ keeps the priority of the last add: a background request must never set it.
  if (urgency === "revalidate" && (await isEnqueuedNext(queue, matchId))) return;
  const own = randomUUID();
  const job = await queue.add("refresh", { matchId } satisfies RefreshJob, {
    jobId: own,
    deduplication: { id: matchId, keepLastIfActive: true },
    priority,
    // What fails stays due in the store, and the reconciler enqueues it again. A job in back-off would swallow further
    // adds.
    attempts: 1,
    removeOnComplete: { age: 60, count: 1_000 },
    removeOnFail: { age: 3_600, count: 1_000 },
  });
  if (job.id !== undefined && job.id !== own) await raisePriority(queue, job.id, priority);
}

/** Whether another refresh follows the running one already. It sees every request made before this call. */
async function isEnqueuedNext(queue: Queue, matchId: string): Promise<boolean> {
  const client = await queue.getBackend().client;
  return (await client.hexists(queue.toKey(`dn:${matchId}`), "opts")) === 1;
}

/**
 * BullMQ drops an add whose match has a waiting job, and its urgency with it: the highest urgency must win all the
 * same.
 */
async function raisePriority(queue: Queue, jobId: string, priority: number): Promise<void> {
  const waiting = await queue.getJob(jobId);
  if (waiting && waiting.priority > priority) await waiting.changePriority({ priority });
}
