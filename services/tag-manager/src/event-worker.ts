import { type EventWarning, eventWarnings, isPriced, type MatchEvent } from "@touchline/domain";
import { type Logger, withDeadline } from "@touchline/platform";
import {
  EVENTS_QUEUE,
  enqueueRefresh,
  readSnapshot,
  type SnapshotKey,
  SnapshotJob,
  type StoredSnapshot,
  TolerantWorker,
  urgencyOf,
} from "@touchline/queue";
import { DelayedError, type Job, type Queue, UnrecoverableError, type Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { type Applied, type ApplyDependencies, ForgottenMatchError } from "./apply-change.ts";
import { applyMatchEvents, type EventOutcome } from "./apply-match-event.ts";
import { applySnapshot } from "./apply-snapshot.ts";
import { FairTurns } from "./turns/fair-turns.ts";
import type { LogLimits } from "./log-limits.ts";
import type { LostLogs } from "./lost-logs.ts";
import { postponeEvent, putBack } from "./intake/postpone-event.ts";
import { readWork, type Work } from "./intake/read-work.ts";
import { buryOfForgottenMatch, buryOfFullMatch } from "./intake/refused-events.ts";
import { ReturnTimes } from "./turns/return-times.ts";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface EventWorkerOptions extends ApplyDependencies {
  readonly connection: Redis | Cluster;
  /** Where the snapshots are kept: a connection on which commands have deadlines. */
  readonly queueRedis: Redis | Cluster;
  readonly queuePrefix: string;
  readonly refreshQueue: Queue;
  readonly deadLetters: Queue;
  /** Steps made at a time, each of another match. */
  readonly concurrency: number;
  /** Jobs taken from the queue at a time, those that wait for a turn of their match included; default `concurrency`. */
  readonly held?: number;
  /** Bytes of an event above which it is rejected; default `MAX_EVENT_BYTES`. */
  readonly maxEventBytes?: number;
  /** What the log of a match may hold; no bound by default. */
  readonly logLimits?: LogLimits;
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
/** Beyond so many waiting events of one match, prices aside, further ones are put back. */
const MAX_WAITING = 32;
/** An event that was started so often may be the one that makes its step fail: it is applied by itself. */
const ALONE_AFTER_STARTS = 20;
/** An event that was started so often is not put back for the sake of others any more. */
const NOT_PUT_BACK_AFTER_STARTS = 500;

/** Takes match events from the queue and applies them. Close it to let running ones end. */
export function startEventWorker(options: EventWorkerOptions): Worker {
  const { connection, queuePrefix, concurrency, held = concurrency, lockMs, stalledIntervalMs, log } = options;
  const intake: Intake = {
    turns: new FairTurns({ slots: concurrency, apply: async (matchId, works) => takeTurn(options, matchId, works) }),
    returnTimes: new ReturnTimes(),
  };
  const worker = new TolerantWorker(EVENTS_QUEUE, async (job, token) => handleJob(options, intake, job, token), {
    connection,
    prefix: queuePrefix,
    concurrency: Math.max(held, concurrency),
    lockDuration: lockMs,
    stalledInterval: stalledIntervalMs,
    // No number of dead processes makes an event lost; the log makes a second start harmless.
    maxStalledCount: 1_000,
  });
  worker.on("error", (err) => log.debug({ err }, "event worker connection"));
  return worker;
}

interface Intake {
  readonly turns: FairTurns<Work, EventOutcome>;
  readonly returnTimes: ReturnTimes;
}

/** One event job: read it, wait for a turn of its match, count it. What fails is put back. */
async function handleJob(
  options: EventWorkerOptions,
  intake: Intake,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const began = performance.now();
  keepNothingOf(job);
  try {
    const work = await readWork(options, job);
    const kind = "event" in work.asked && isPriced(work.asked.event) ? "price" : "other";
    if (kind === "other") await makeRoomForOthers(options, intake, work.matchId, job, token);
    const outcome = await intake.turns.take(work.matchId, kind, work, job.attemptsStarted > ALONE_AFTER_STARTS);
    if (outcome === "refused") await buryOfFullMatch(options, job, work.matchId);
    else options.metrics.handled(outcome, (performance.now() - began) / 1000);
  } catch (err) {
    if (err instanceof UnrecoverableError || err instanceof DelayedError) throw err;
    if (err instanceof ForgottenMatchError) await buryOfForgottenMatch(options, job, err);
    await postponeEvent(options, job, token, err);
  }
}

/**
 * One match must not hold all jobs that this process may hold: what it cannot take soon is put back until it can.
 * @throws DelayedError, which tells BullMQ that the job was put back
 */
async function makeRoomForOthers(
  { metrics }: EventWorkerOptions,
  { turns, returnTimes }: Intake,
  matchId: string,
  job: Job,
  token: string | undefined,
): Promise<void> {
  const waiting = turns.waiting(matchId, "other");
  if (waiting < MAX_WAITING || job.attemptsStarted > NOT_PUT_BACK_AFTER_STARTS) return;
  const delayMs = returnTimes.next(matchId, performance.now(), waiting, turns.turnMs);
  await putBack(job, token, delayMs);
  metrics.deferred();
  throw new DelayedError();
}

/** One turn of a match: its step, the refresh that it asks for, the replicas. */
async function takeTurn(
  options: EventWorkerOptions,
  matchId: string,
  works: readonly Work[],
): Promise<readonly EventOutcome[]> {
  const acceptedAt = Math.min(...works.map((work) => work.acceptedAt));
  const { applied, outcomes } = await apply({ ...options, acceptedAt }, matchId, works).catch((err: unknown) => {
    options.lostLogs.met(err, matchId, performance.now());
    throw err;
  });
  // The first start of a job may have died after its step and before it enqueued the refresh.
  const mayLackRefresh = works.some(({ isRestarted }, index) => isRestarted && outcomes[index] === "duplicate");
  if (mayLackRefresh || asksForRefresh(applied)) await enqueueRefreshOf(options, matchId);
  await untilReplicated(options, matchId);
  const taken = works.filter((_work, index) => outcomes[index] === "applied");
  options.metrics.stepped(applied);
  options.metrics.tookMs(
    taken.map((work) => options.now() - work.acceptedAt),
    applied,
    options.truths.get(matchId)?.state,
  );
  options.metrics.coalesced(works.length - 1);
  return outcomes;
}

async function apply(
  options: EventWorkerOptions,
  matchId: string,
  works: readonly Work[],
): Promise<{ applied: Applied; outcomes: readonly EventOutcome[] }> {
  const [asked] = works.map((work) => work.asked);
  if (asked && "snapshot" in asked) {
    const applied = await takeSnapshot(options, asked.snapshot);
    return { applied, outcomes: [applied.outcome] };
  }
  return applyEvents(
    options,
    matchId,
    works.flatMap((work) => ("event" in work.asked ? work.asked.event : [])),
  );
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
 * A step that only the master has is lost with it, and then nothing but the job holds the event. So the job is put
 * back; the next time its event is a duplicate, and waits for the replicas again.
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

async function applyEvents(
  options: EventWorkerOptions,
  matchId: string,
  events: readonly MatchEvent[],
): ReturnType<typeof applyMatchEvents> {
  const onFutureEvent = ({ source, id }: MatchEvent, aheadMs: number): void =>
    options.log.warn({ source, id, matchId, aheadMs }, "event from the future: taken to have happened now");
  const onContradiction = ({ source, id, revision }: MatchEvent): void => {
    options.log.warn({ source, id, revision, matchId }, "event contradicts another of its identity and revision");
    options.metrics.contradicted();
  };
  const onRepeat = ({ code }: EventWarning, { source, id, matchId: of }: MatchEvent): void => {
    options.log.warn({ source, id, matchId: of }, "goal that another source has reported already: both count");
    options.metrics.warned(code);
  };
  return applyMatchEvents({ ...options, onFutureEvent, onContradiction, onRepeat }, matchId, events);
}

function asksForRefresh(applied: Applied): boolean {
  if (applied.outcome === "duplicate") return false;
  const { touched, clockMoved, panicMoved } = applied.plan;
  return touched.length > 0 || clockMoved || panicMoved;
}

async function enqueueRefreshOf({ truths, refreshQueue, metrics }: EventWorkerOptions, matchId: string): Promise<void> {
  const state = truths.get(matchId)?.state;
  await enqueueRefresh(refreshQueue, matchId, state ? urgencyOf(state) : "prematch");
  metrics.enqueued("event");
}
