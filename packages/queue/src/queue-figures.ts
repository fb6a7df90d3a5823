import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { PRIORITY } from "./enqueue-refresh.ts";

/** The queue of refreshes at one moment, for figures and for scaling. */
export interface RefreshFigures {
  readonly waiting: number;
  readonly active: number;
  /** When the refresh that waits longest was enqueued, wall-clock milliseconds of whoever did; undefined for none. */
  readonly oldestAt: number | undefined;
}

/** BullMQ's score of a waiting job: its priority, and behind it the order of arrival. */
const SCORE_OF_PRIORITY = 2 ** 32;

/**
 * Counts the refreshes and finds the oldest waiting one. Jobs of one priority wait in the order of their arrival, so
 * the first of each priority is enough: the cost does not grow with the queue. A job whose priority was raised stands
 * behind others that are younger; it is taken before all of its former priority, so it is overlooked for a moment only.
 */
export async function readRefreshFigures(redis: Redis | Cluster, queue: Queue): Promise<RefreshFigures> {
  const prioritized = queue.toKey("prioritized");
  const [counts, unordered, ...firsts] = await Promise.all([
    queue.getJobCounts("waiting", "prioritized", "active"),
    redis.lrange(queue.toKey("wait"), -1, -1),
    ...Object.values(PRIORITY).map(async (priority) =>
      redis.zrangebyscore(
        prioritized,
        priority * SCORE_OF_PRIORITY,
        `(${(priority + 1) * SCORE_OF_PRIORITY}`,
        "LIMIT",
        0,
        1,
      ),
    ),
  ]);
  const ids = [unordered, ...firsts].flat();
  const times = await Promise.all(ids.map(async (id) => redis.hget(queue.toKey(id), "timestamp")));
  const known = times.flatMap((time) => (time === null || !Number.isFinite(Number(time)) ? [] : [Number(time)]));
  return {
    waiting: (counts["waiting"] ?? 0) + (counts["prioritized"] ?? 0),
    active: counts["active"] ?? 0,
    oldestAt: known.length === 0 ? undefined : Math.min(...known),
  };
}
