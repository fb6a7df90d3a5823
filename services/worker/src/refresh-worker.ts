import { PredictorError } from "@touchline/predictor";
import type { Logger } from "@touchline/platform";
import { buryJob, REFRESH_QUEUE, RefreshJob, TolerantWorker } from "@touchline/queue";
import { type Job, type Queue, UnrecoverableError, type Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { type RefreshDependencies, refreshMatch } from "@touchline/refresh";
import { FailureLog } from "./failure-log.ts";
import type { WorkerMetrics } from "./worker-metrics.ts";

export interface RefreshWorkerOptions extends RefreshDependencies {
  readonly connection: Redis | Cluster;
  readonly queuePrefix: string;
  readonly deadLetters: Queue;
  readonly concurrency: number;
  /**
   * How long a job is this worker's own without a sign of life, and the pause between looks for stalled jobs,
   * milliseconds.
   */
  readonly lockMs: number;
  readonly stalledIntervalMs: number;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/** Takes refresh jobs and refreshes their matches. Close it to let running refreshes end. */
export function startRefreshWorker(options: RefreshWorkerOptions): Worker {
  const { connection, queuePrefix, concurrency, lockMs, stalledIntervalMs, log } = options;
  const failures = new FailureLog(log);
  const worker = new TolerantWorker(
    REFRESH_QUEUE,
    async (job, _token, signal) => runJob(options, failures, job, signal ?? neverAborted),
    {
      connection,
      prefix: queuePrefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledIntervalMs,
      // What is due is in the store, so a job may be started again after each worker that died.
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
    // The outage log reports a failing model server once. The job itself is not at fault.
    if (err instanceof PredictorError) return;
    failures.failed(err, matchId, performance.now());
    throw err;
  } finally {
    ended();
  }
}
