import type { Logger } from "@touchline/platform";
import { buryJob, EVENTS_QUEUE } from "@touchline/queue";
import { type Job, type Queue, UnrecoverableError } from "bullmq";
import type { LogLimits } from "../log-limits.ts";
import type { TagManagerMetrics } from "../tag-manager-metrics.ts";

interface BuryOptions {
  readonly deadLetters: Queue;
  readonly metrics: Pick<TagManagerMetrics, "rejected">;
  readonly log: Logger;
}

/** @throws UnrecoverableError: the job is among the dead letters, with the settings that refuse it */
export async function buryOfFullMatch(
  options: BuryOptions & { readonly logLimits?: LogLimits },
  job: Job,
  matchId: string,
): Promise<never> {
  const most = `${options.logLimits?.events} events or ${options.logLimits?.bytes} bytes`;
  const reason = `match ${matchId} holds as much as it may (${most}): raise MATCH_MAX_EVENTS or MATCH_MAX_BYTES`;
  return bury(options, job, reason, "event of a full match refused");
}

/** @throws UnrecoverableError: the job is among the dead letters */
export async function buryOfForgottenMatch(options: BuryOptions, job: Job, err: Error): Promise<never> {
  return bury(options, job, err.message, "event of a forgotten match refused");
}

async function bury(
  { deadLetters, metrics, log }: BuryOptions,
  job: Job,
  reason: string,
  message: string,
): Promise<never> {
  await buryJob(deadLetters, EVENTS_QUEUE, job, reason);
  metrics.rejected();
  log.warn({ jobId: job.id, reason }, message);
  throw new UnrecoverableError(reason);
}
