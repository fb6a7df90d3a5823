import { MatchEvent, sizeFault } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { buryJob, EVENTS_QUEUE } from "@touchline/queue";
import { type Job, type Queue, UnrecoverableError } from "bullmq";
import type { TagManagerMetrics } from "../tag-manager-metrics.ts";

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
  const fault = parsed.success ? (sizeFault(parsed.data, maxEventBytes) ?? reservedFault(parsed.data)) : undefined;
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

/** The source under which the api registers fixtures, and how the ids of those events begin. */
const API_SOURCE = "api";
const API_IDS = "fixture-";

/** A producer that says something as the api could make the fixtures registered there impossible to correct. */
function reservedFault({ source, type, id }: MatchEvent): string | undefined {
  if (source !== API_SOURCE || (type === "fixture" && id.startsWith(API_IDS))) return undefined;
  return `the source ${API_SOURCE} is reserved for fixtures that the api registers; use a source of your own`;
}
