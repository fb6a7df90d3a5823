import { MatchEvent, sizeFault } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { buryJob, EVENTS_QUEUE } from "@touchline/queue";
import { type Job, type Queue, UnrecoverableError } from "bullmq";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface ReadEventOptions {
  readonly deadLetters: Queue;
  readonly log: Logger;
  readonly metrics: Pick<TagManagerMetrics, "rejected">;
  /** Bytes of an event above which it is rejected; default `MAX_EVENT_BYTES`. */
  readonly maxEventBytes?: number;
}

/** The event of a job. @throws UnrecoverableError when it holds none; then the job is among the dead letters */
export async function readEventJob(
  { deadLetters, log, metrics, maxEventBytes }: ReadEventOptions,
  job: Job,
): Promise<MatchEvent> {
  const parsed = MatchEvent.safeParse(job.data);
  const fault = parsed.success ? sizeFault(parsed.data, maxEventBytes) : undefined;
  if (parsed.success && fault === undefined) return parsed.data;
  const issues = parsed.success
    ? [{ path: "event", message: fault ?? "" }]
    : parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  await buryJob(deadLetters, EVENTS_QUEUE, job, "not a match event", issues);
  metrics.rejected();
  log.warn({ jobId: job.id, issues }, "event rejected");
  const faults = issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new UnrecoverableError(`not a match event: ${faults}`);
}
