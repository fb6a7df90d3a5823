import { PRIORITY, RefreshJob } from "@touchline/queue";
import type { Job, Queue } from "bullmq";

/** One refresh job that waits or runs. */
interface LoadedJob {
  readonly matchId: string;
  readonly state: "waiting" | "active";
  readonly urgency: string;
  /** Since it was enqueued, or taken. By the clocks of whoever did that. */
  readonly since: number;
}

export interface RefreshLoad {
  readonly waiting: number;
  readonly active: number;
  readonly deadLetters: number;
  /** Those that wait longest and all that run, up to the limit. */
  readonly jobs: readonly LoadedJob[];
}

/** The refreshes that wait and run. @param limit jobs of each kind that are read */
export async function readRefreshLoad(refreshes: Queue, deadLetters: Queue, limit: number): Promise<RefreshLoad> {
  const [counts, letters, waiting, active] = await Promise.all([
    refreshes.getJobCounts("waiting", "prioritized", "active"),
    deadLetters.count(),
    refreshes.getJobs(["waiting", "prioritized"], 0, limit - 1, true),
    refreshes.getJobs(["active"], 0, limit - 1, true),
  ]);
  return {
    waiting: (counts["waiting"] ?? 0) + (counts["prioritized"] ?? 0),
    active: counts["active"] ?? 0,
    deadLetters: letters,
    jobs: [
      ...active.flatMap((job) => loaded(job, "active", job?.processedOn)),
      ...waiting.flatMap((job) => loaded(job, "waiting", job?.timestamp)),
    ],
  };
}

/** A job may have been removed between its listing and its reading; what is no refresh job will be buried. */
function loaded(job: Job | undefined, state: LoadedJob["state"], since: number | undefined): LoadedJob[] {
  const data = RefreshJob.safeParse(job?.data);
  if (!job || !data.success || since === undefined) return [];
  const urgency = Object.entries(PRIORITY).find(([, priority]) => priority === job.priority)?.[0] ?? "live";
  return [{ matchId: data.data.matchId, state, urgency, since }];
}

/** Most processes of one role that are listed. */
const MAX_TAKERS = 200;

/**
 * Seconds since each taker of the queue's jobs last sent a command. One that waits for work asks again every few
 * seconds, so a longer silence means that it works, or hangs.
 */
export async function readTakers(queue: Queue): Promise<number[]> {
  const clients = await queue.getWorkers();
  return clients
    .map(({ idle }) => Number(idle ?? 0))
    .toSorted((a, b) => a - b)
    .slice(0, MAX_TAKERS);
}
