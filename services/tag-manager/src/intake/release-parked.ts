import { type Logger, withDeadline } from "@touchline/platform";
import { buryJob, EVENTS_QUEUE } from "@touchline/queue";
import { Job, type Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { repeat } from "../repeat.ts";
import type { TagManagerMetrics } from "../tag-manager-metrics.ts";

export interface ReleaseParkedOptions {
  /** Of the queue: a connection on which commands have deadlines. */
  readonly redis: Redis | Cluster;
  readonly events: Queue;
  readonly deadLetters: Queue;
  readonly intervalMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: Pick<TagManagerMetrics, "released" | "rejected">;
}

/** Longer than this nobody here puts an event back, so a longer delay is what its producer asked for. */
export const LONGEST_DELAY_MS = 60_000;
const DEADLINE_MS = 5_000;
/** Jobs of a kind in one sweep; the next one goes on. */
const MAX_JOBS = 100;
/** BullMQ's score of a delayed job: its time, and behind it the order of arrival. */
const SCORE_OF_TIME = 0x1000;

/**
 * Looks for events that their producer has parked: with a delay beyond `LONGEST_DELAY_MS`, or waiting for children that
 * nothing here knows. An event says what has happened, so a delayed one is released at once; one with children can
 * never be taken and goes to the dead letters.
 */
export function startReleasingParked(options: ReleaseParkedOptions): { stop(): Promise<void> } {
  const { log, intervalMs } = options;
  return repeat({
    intervalMs,
    task: async () => withDeadline(releaseParked(options), DEADLINE_MS, "looking for parked events"),
    onError: (err) => log.debug({ err }, "parked events not looked for"),
  });
}

/** One sweep. */
export async function releaseParked(options: ReleaseParkedOptions): Promise<void> {
  const { redis, events, deadLetters, now, log, metrics } = options;
  const from = (now() + LONGEST_DELAY_MS) * SCORE_OF_TIME;
  const delayed = await redis.zrangebyscore(events.toKey("delayed"), from, "+inf", "LIMIT", 0, MAX_JOBS);
  for (const id of delayed) {
    await new Job(events, "event", {}, {}, id).promote();
    log.warn({ jobId: id }, "event with a far-future delay released");
    metrics.released();
  }
  const parents = await redis.zrange(events.toKey("waiting-children"), "0", String(MAX_JOBS - 1));
  for (const id of parents) {
    const [text, name] = await redis.hmget(events.toKey(id), "data", "name");
    const reason = "an event must not wait for other jobs";
    await buryJob(deadLetters, EVENTS_QUEUE, new Job(events, name ?? "event", dataOf(text), {}, id), reason);
    await events.remove(id, { removeChildren: false });
    log.warn({ jobId: id, reason }, "event rejected");
    metrics.rejected();
  }
}

function dataOf(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return { unreadable: text };
  }
}
