import { readFileSync } from "node:fs";
import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";

const SCRIPT = readFileSync(new URL("../lua/read-pending-events.lua", import.meta.url), "utf8");

/** Jobs listed in one call. Beyond it the queue is so long that every match counts as behind. */
export const MOST_LISTED = 4_096;
/** Jobs whose data one call reads: about 5 ms of the queue's server. */
const MOST_READ = 512;
/** Larger data is not read: whichever match it concerns, all count as behind. */
const LARGEST_DATA_BYTES = 1_048_576;

/** A job whose data has been read. */
export interface PendingJob {
  readonly id: string;
  /** Wall-clock milliseconds, as the producer's BullMQ stamped it. */
  readonly timestamp: number;
  /** The match it concerns; "" none, so it can only be rejected; "?" unknown, because it is too large to look at. */
  readonly matchId: string;
  /** Event type; "" when that cannot be understood, or when the event revises or retracts another. */
  readonly type: string;
}

/** What the queue holds at one moment. */
export interface PendingEvents {
  /** Wall-clock milliseconds of the queue's server. */
  readonly now: number;
  /** Accepted and not applied: waiting, paused, active, prioritised and delayed. */
  readonly total: number;
  /** The oldest of each structure, at most `MOST_LISTED`. */
  readonly ids: readonly string[];
  /** Those of `ids` that the caller did not know, at most `MOST_READ`. */
  readonly read: readonly PendingJob[];
}

/**
 * The events that have been accepted and not applied, by BullMQ's own structures: no tag-manager has to be alive.
 * One script, one round trip.
 * @param redis the connection that `queue` was opened on   @param known ids whose data was read by an earlier call
 */
export async function readPendingEvents(
  redis: Redis | Cluster,
  queue: Queue,
  known: Iterable<string>,
): Promise<PendingEvents> {
  const keys = ["active", "wait", "paused", "prioritized", "delayed"].map((name) => queue.toKey(name));
  const bounds = [MOST_LISTED, MOST_READ, LARGEST_DATA_BYTES].map(String);
  const reply = (await redis.eval(SCRIPT, keys.length, ...keys, queue.toKey(""), ...bounds, ...known)) as [
    number,
    number,
    string[],
    string[],
  ];
  const [now, total, ids, flat] = reply;
  const read: PendingJob[] = [];
  for (let i = 0; i + 3 < flat.length; i += 4) {
    const [id = "", timestamp = "", matchId = "", type = ""] = flat.slice(i, i + 4);
    read.push({ id, timestamp: Number(timestamp), matchId, type });
  }
  return { now, total, ids, read };
}
