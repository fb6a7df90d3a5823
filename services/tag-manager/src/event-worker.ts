import { eventWarnings, type InvalidationPlan, MatchEvent } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { buryJob, EVENTS_QUEUE, ringDoorbell, urgencyOf } from "@touchline/queue";
import { DelayedError, type Job, type Queue, UnrecoverableError, Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { type ApplyDependencies, applyMatchEvent } from "./apply-match-event.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface EventWorkerOptions extends ApplyDependencies {
  readonly connection: Redis | Cluster;
  readonly queuePrefix: string;
  readonly refreshQueue: Queue;
  readonly deadLetters: Queue;
  readonly concurrency: number;
  /** A process that dies is noticed after at most the lock and one look for stalled jobs, milliseconds. */
  readonly lockMs: number;
  readonly stalledIntervalMs: number;
  readonly log: Logger;
  readonly metrics: TagManagerMetrics;
}

/** Takes match events from the queue and applies them. Close it to let running ones end. */
export function startEventWorker(options: EventWorkerOptions): Worker {
  const { connection, queuePrefix, concurrency, lockMs, stalledIntervalMs, log } = options;
  const perMatch = new OneAtATime();
  const worker = new Worker(EVENTS_QUEUE, async (job, token) => handleJob(options, perMatch, job, token), {
    connection,
    prefix: queuePrefix,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledIntervalMs,
    // An event is never given up because processes died under it; the log makes a second start harmless.
    maxStalledCount: 1_000,
  });
  worker.on("error", (err) => log.debug({ err }, "event worker connection"));
  return worker;
}

async function handleJob(
  options: EventWorkerOptions,
  perMatch: OneAtATime,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const { log, metrics } = options;
  const began = performance.now();
  // Whatever the producer asked for: a job that is kept would swallow a correction under the same job id. What fails
  // for good is kept among the dead letters.
  job.opts.removeOnComplete = true;
  job.opts.removeOnFail = true;
  const parsed = MatchEvent.safeParse(job.data);
  const onAhead = ({ source, id, matchId }: MatchEvent, aheadMs: number): void =>
    log.warn({ source, id, matchId, aheadMs }, "event from the future: taken to have happened now");
  const onContradiction = ({ source, id, revision, matchId }: MatchEvent): void => {
    log.warn({ source, id, revision, matchId }, "event contradicts another of its identity and revision");
    metrics.contradicted();
  };
  try {
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => ({
        path: path.join("."),
        message,
      }));
      await buryJob(options.deadLetters, EVENTS_QUEUE, job, "not a match event", issues);
      metrics.rejected();
      log.warn({ jobId: job.id, issues }, "event rejected");
      throw new UnrecoverableError(
        `not a match event: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}`,
      );
    }
    const event = parsed.data;
    for (const { code } of eventWarnings(job.data, event)) metrics.warned(code);
    const result = await perMatch.run(event.matchId, async () =>
      applyMatchEvent({ ...options, onAhead, onContradiction }, event),
    );
    if (shouldRing(result, job)) {
      const state = options.truths.get(event.matchId)?.state;
      await ringDoorbell(options.refreshQueue, event.matchId, state ? urgencyOf(state) : "prematch");
      metrics.rang("event");
    }
    metrics.handled(result, (performance.now() - began) / 1000);
  } catch (err) {
    if (err instanceof UnrecoverableError) throw err;
    await postpone(options, job, token, err);
  }
}

function shouldRing(result: { outcome: string; plan?: InvalidationPlan }, job: Job): boolean {
  // A second start may mean that the first one died between its step and its ring.
  if (!result.plan) return job.attemptsStarted > 1;
  const { touched, clockMoved, panicMoved } = result.plan;
  return touched.length > 0 || clockMoved || panicMoved;
}

/** Starts after which a job counts as poison: with the delays below, about an hour of a failing store. */
const MAX_STARTS = 1_000;

/** Puts an event back until the store can take it. Attempts are the producer's to choose; losing events is not. */
async function postpone(
  { deadLetters, log, metrics }: EventWorkerOptions,
  job: Job,
  token: string | undefined,
  err: unknown,
): Promise<never> {
  const reason = err instanceof Error ? err.message : String(err);
  if (job.attemptsStarted >= MAX_STARTS) {
    await buryJob(deadLetters, EVENTS_QUEUE, job, reason);
    metrics.rejected();
    throw new UnrecoverableError(reason);
  }
  log.warn({ err, jobId: job.id, starts: job.attemptsStarted }, "event put back");
  metrics.postponed();
  const delayMs = Math.min(4_000, 25 * 2 ** Math.min(job.attemptsStarted, 8)) * (0.5 + Math.random() / 2);
  // A queue that fails as well must not have the job fail: it would be gone. Left where it is, it is found stalled.
  await job
    .moveToDelayed(Date.now() + delayMs, token)
    .catch((error: unknown) =>
      log.warn({ err: error, jobId: job.id }, "event not put back; it is left to be found stalled"),
    );
  throw new DelayedError();
}
