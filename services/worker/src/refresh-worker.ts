import { PredictorError } from "@touchline/predictor";
import type { Logger } from "@touchline/platform";
import { buryJob, REFRESH_QUEUE, RefreshJob } from "@touchline/queue";
import { type Job, type Queue, UnrecoverableError, Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { type RefreshDependencies, refreshMatch } from "@touchline/refresh";
import { FailureLog } from "./failure-log.ts";
import type { WorkerMetrics } from "./worker-metrics.ts";

export interface RefreshWorkerOptions extends RefreshDependencies {
  readonly connection: Redis | Cluster;
  readonly queuePrefix: string;
  readonly deadLetters: Queue;
  readonly concurrency: number;
  /** A worker that dies is noticed after at most the lock and one look for stalled jobs, milliseconds. */
  readonly lockMs: number;
  readonly stalledIntervalMs: number;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/** Takes doorbells and refreshes what they ring for. Close it to let running refreshes end. */
export function startRefreshWorker(options: RefreshWorkerOptions): Worker {
  const { connection, queuePrefix, concurrency, lockMs, stalledIntervalMs, log } = options;
  const failures = new FailureLog(log);
  const worker = new Worker(
    REFRESH_QUEUE,
    async (job, _token, signal) => runJob(options, failures, job, signal ?? neverAborted),
    {
      connection,
      prefix: queuePrefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledIntervalMs,
      // What is due is in the store, so a job may be started as often as workers die under it.
      maxStalledCount: 100,
      removeOnComplete: { age: 60, count: 1_000 },
      removeOnFail: { age: 3_600, count: 1_000 },
    },
  );
  worker.on("error", (err) => log.debug({ err }, "refresh worker connection"));
  return worker;
}

const neverAborted = new AbortController().signal;

async function runJob(
  options: RefreshWorkerOptions,
  failures: FailureLog,
  job: Job,
  signal: AbortSignal,
): Promise<void> {
  const { deadLetters, log, metrics } = options;
  const parsed = RefreshJob.safeParse(job.data);
  if (!parsed.success) {
    metrics.failed("rejected");
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.join("."),
      message,
    }));
    await buryJob(deadLetters, REFRESH_QUEUE, job, "not a refresh job", issues);
    throw new UnrecoverableError("not a refresh job");
  }
  const { matchId } = parsed.data;
  const ended = metrics.running(matchId);
  const began = performance.now();
  try {
    const result = await refreshMatch(options, matchId, signal);
    metrics.finished(result, (performance.now() - began) / 1000);
    if (result.outcome === "committed" && result.commit.late > 0)
      log.warn({ matchId, refused: result.commit.late }, "late commit refused");
  } catch (err) {
    metrics.failed("failed");
    // The model server is known to be out of order: said once by the outage log, and no fault of this job.
    if (err instanceof PredictorError) return;
    failures.failed(err, matchId, performance.now());
    throw err;
  } finally {
    ended();
  }
}
