import { eventWarnings, type MatchEvent } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { EVENTS_QUEUE, enqueueRefresh, urgencyOf } from "@touchline/queue";
import { type Job, type Queue, UnrecoverableError, Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { type Applied, type ApplyDependencies, applyMatchEvent } from "./apply-match-event.ts";
import type { LostLogs } from "./lost-logs.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { postponeEvent } from "./postpone-event.ts";
import { readEventJob } from "./read-event-job.ts";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface EventWorkerOptions extends ApplyDependencies {
  readonly connection: Redis | Cluster;
  readonly queuePrefix: string;
  readonly refreshQueue: Queue;
  readonly deadLetters: Queue;
  readonly concurrency: number;
  /** Replicas of the store that must have a step before its event is done with; default 0. */
  readonly replicas?: number;
  /**
   * How long a job is this process' own without a sign of life, and the pause between looks for stalled jobs,
   * milliseconds.
   */
  readonly lockMs: number;
  readonly stalledIntervalMs: number;
  readonly log: Logger;
  readonly metrics: TagManagerMetrics;
  readonly lostLogs: LostLogs;
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
    // No number of dead processes makes an event lost; the log makes a second start harmless.
    maxStalledCount: 1_000,
  });
  worker.on("error", (err) => log.debug({ err }, "event worker connection"));
  return worker;
}

/** One event job: read it, apply its event, enqueue the refresh it asks for, count it. What fails is put back. */
async function handleJob(
  options: EventWorkerOptions,
  perMatch: OneAtATime,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const began = performance.now();
  keepNothingOf(job);
  try {
    const event = await readEventJob(options, job);
    for (const { code } of eventWarnings(job.data, event)) options.metrics.warned(code);
    const applied = await perMatch
      .run(event.matchId, async () => apply(options, event))
      .catch((err: unknown) => {
        options.lostLogs.met(err, event.matchId, performance.now());
        throw err;
      });
    if (asksForRefresh(applied, job)) await enqueueRefreshOf(options, event.matchId);
    await untilReplicated(options, event.matchId);
    options.metrics.handled(applied, (performance.now() - began) / 1000);
  } catch (err) {
    if (err instanceof UnrecoverableError) throw err;
    await postponeEvent(options, job, token, err);
  }
}

/**
 * A step that only the master has is lost with it, and then nothing but the job holds the event. So the job is put back;
 * the next time its event is a duplicate, and waits for the replicas again.
 * @throws Error when the replicas have not acknowledged it
 */
async function untilReplicated({ store, truths, replicas = 0 }: EventWorkerOptions, matchId: string): Promise<void> {
  if (replicas === 0) return;
  const truth = truths.get(matchId);
  if (!truth || !(await store.isReplicated(matchId, truth, replicas)))
    throw new Error(`the last step of match ${matchId} is not on ${replicas} replicas of the store`);
}

/**
 * Whatever the producer asked for: a job that is kept would swallow a correction under the same job id. What fails for
 * good is kept among the dead letters.
 */
function keepNothingOf(job: Job): void {
  job.opts.removeOnComplete = true;
  job.opts.removeOnFail = true;
}

async function apply(options: EventWorkerOptions, event: MatchEvent): Promise<Applied> {
  const onFutureEvent = ({ source, id, matchId }: MatchEvent, aheadMs: number): void =>
    options.log.warn({ source, id, matchId, aheadMs }, "event from the future: taken to have happened now");
  const onContradiction = ({ source, id, revision, matchId }: MatchEvent): void => {
    options.log.warn({ source, id, revision, matchId }, "event contradicts another of its identity and revision");
    options.metrics.contradicted();
  };
  return applyMatchEvent({ ...options, onFutureEvent, onContradiction }, event);
}

function asksForRefresh(applied: Applied, job: Job): boolean {
  // The first start of a job may have died after its step and before it enqueued the refresh.
  if (applied.outcome === "duplicate") return job.attemptsStarted > 1;
  const { touched, clockMoved, panicMoved } = applied.plan;
  return touched.length > 0 || clockMoved || panicMoved;
}

async function enqueueRefreshOf({ truths, refreshQueue, metrics }: EventWorkerOptions, matchId: string): Promise<void> {
  const state = truths.get(matchId)?.state;
  await enqueueRefresh(refreshQueue, matchId, state ? urgencyOf(state) : "prematch");
  metrics.enqueued("event");
}
