import { eventWarnings, type MatchEvent } from "@touchline/domain";
import { SnapshotJob } from "@touchline/queue";
import type { Job } from "bullmq";
import { readEventJob, type ReadEventOptions } from "./read-event-job.ts";
import type { TagManagerMetrics } from "../tag-manager-metrics.ts";

interface ReadWorkOptions extends ReadEventOptions {
  readonly metrics: Pick<TagManagerMetrics, "rejected" | "warned">;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
}

/** What a job asks for: to apply one event, or the newest snapshot of a source. */
export interface Work {
  readonly matchId: string;
  readonly asked: { readonly event: MatchEvent } | { readonly snapshot: SnapshotJob };
  /** Whether the job was started before. */
  readonly isRestarted: boolean;
  /** When the queue took the job, wall-clock milliseconds. */
  readonly acceptedAt: number;
}

/** @throws UnrecoverableError when the job asks for nothing that can be done; then it is among the dead letters */
export async function readWork(options: ReadWorkOptions, job: Job): Promise<Work> {
  const isRestarted = job.attemptsStarted > 1;
  const snapshot = SnapshotJob.safeParse(job.data);
  // A producer may set any timestamp; what is no moment counts as taken now.
  const acceptedAt = Number.isSafeInteger(job.timestamp) && job.timestamp > 0 ? job.timestamp : options.now();
  const taken = { isRestarted, acceptedAt };
  if (snapshot.success) return { matchId: snapshot.data.matchId, asked: { snapshot: snapshot.data }, ...taken };
  const event = await readEventJob(options, job);
  for (const { code } of eventWarnings(job.data, event)) options.metrics.warned(code);
  return { matchId: event.matchId, asked: { event }, ...taken };
}
