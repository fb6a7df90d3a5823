import { type EventWarning, eventWarnings, type MatchEvent } from "@touchline/domain";
import { type Logger, withDeadline } from "@touchline/platform";
import {
  buryJob,
  EVENTS_QUEUE,
  enqueueRefresh,
  readSnapshot,
  type SnapshotKey,
  SnapshotJob,
  type StoredSnapshot,
  urgencyOf,
} from "@touchline/queue";
import { type Job, type Queue, UnrecoverableError, Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { type Applied, type ApplyDependencies, ForgottenMatchError } from "./apply-change.ts";
import { applyMatchEvent } from "./apply-match-event.ts";
import { applySnapshot } from "./apply-snapshot.ts";
import type { LostLogs } from "./lost-logs.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { postponeEvent } from "./postpone-event.ts";
import { readEventJob } from "./read-event-job.ts";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface EventWorkerOptions extends ApplyDependencies {
  readonly connection: Redis | Cluster;
  /** Where the snapshots are kept: a connection on which commands have deadlines. */
  readonly queueRedis: Redis | Cluster;
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

const SNAPSHOT_DEADLINE_MS = 5_000;

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
    const work = await readJob(options, job);
    const applied = await perMatch.run(work.matchId, work.apply).catch((err: unknown) => {
      options.lostLogs.met(err, work.matchId, performance.now());
      throw err;
    });
    if (asksForRefresh(applied, job)) await enqueueRefreshOf(options, work.matchId);
    await untilReplicated(options, work.matchId);
    options.metrics.handled(applied, (performance.now() - began) / 1000);
  } catch (err) {
    if (err instanceof UnrecoverableError) throw err;
    if (err instanceof ForgottenMatchError) await buryForgotten(options, job, err);
    await postponeEvent(options, job, token, err);
  }
}

async function buryForgotten({ deadLetters, metrics, log }: EventWorkerOptions, job: Job, err: Error): Promise<never> {
  await buryJob(deadLetters, EVENTS_QUEUE, job, err.message);
  metrics.rejected();
  log.warn({ jobId: job.id, reason: err.message }, "event of a forgotten match refused");
  throw new UnrecoverableError(err.message);
}

interface Work {
  readonly matchId: string;
  readonly apply: () => Promise<Applied>;
}

/** What a job asks for: one event, or the newest snapshot of a source. */
async function readJob(options: EventWorkerOptions, job: Job): Promise<Work> {
  const snapshot = SnapshotJob.safeParse(job.data);
  if (snapshot.success) {
    const key = snapshot.data;
    return { matchId: key.matchId, apply: async () => takeSnapshot(options, key) };
  }
  const event = await readEventJob(options, job);
  for (const { code } of eventWarnings(job.data, event)) options.metrics.warned(code);
  return { matchId: event.matchId, apply: async () => apply(options, event) };
}

async function takeSnapshot(options: EventWorkerOptions, { matchId, source }: SnapshotJob): Promise<Applied> {
  const { queueRedis, queuePrefix, metrics } = options;
  const read = async (key: SnapshotKey): Promise<StoredSnapshot | undefined> =>
    withDeadline(readSnapshot(queueRedis, queuePrefix, key), SNAPSHOT_DEADLINE_MS, "reading a snapshot");
  const onEvent = (event: MatchEvent): void => {
    for (const { code } of eventWarnings(event, event)) metrics.warned(code);
  };
  return applySnapshot({ ...options, readSnapshot: read, onEvent }, { matchId, source });
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
  const onRepeat = ({ code }: EventWarning, { source, id, matchId }: MatchEvent): void => {
    options.log.warn({ source, id, matchId }, "goal that another source has reported already: both count");
    options.metrics.warned(code);
  };
  return applyMatchEvent({ ...options, onFutureEvent, onContradiction, onRepeat }, event);
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
