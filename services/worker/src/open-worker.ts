import { GraphInForce, knownGraph, openMatchStore, openNamedMetrics, StatsRecorder } from "@touchline/cache";
import { declaredGraph } from "@touchline/domain";
import { type Config, readsKind, type ServiceProcess } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import { openPredictor } from "./open-predictor.ts";
import { startRefreshWorker } from "./refresh-worker.ts";
import type { workerSettings } from "./settings.ts";
import { CpuBudget } from "./verification/cpu-budget.ts";
import { createVerificationMetrics } from "./verification/verification-metrics.ts";
import { startVerifying } from "./verification/verifier.ts";
import { createWorkerMetrics } from "./worker-metrics.ts";

/** With more of its places taken than this, a worker verifies nothing. */
const IDLE_SHARE = 0.25;

/** Opens the predictor and takes refreshes from the queue. @returns the port of its health server */
export async function openWorker({
  config,
  log,
  metrics,
  health,
  shutdown,
  connect,
  checkEviction,
  serveHealth,
}: ServiceProcess<Config<typeof workerSettings>>): Promise<number> {
  const { REDIS_MODE: mode, KEY_PREFIX: prefix } = config;
  const store = await connect("store", "store");
  const stats = new StatsRecorder({
    redis: store,
    prefix,
    onError: (err) => log.debug({ err }, "counters kept back"),
    listener: openNamedMetrics(metrics, {
      counters: ["compute_calls", "swr_background_success", "swr_background_error"],
      averaged: ["cpu_saved_pct"],
      monotonic: () => performance.now(),
    }),
  });
  shutdown.add("counters", async () => stats.close());
  const queue = await connect("worker", "queue");
  await checkEviction({ store, queue });

  const workerMetrics = createWorkerMetrics(metrics, stats);
  const graph = await GraphInForce.open({
    redis: store,
    prefix,
    declared: declaredGraph(readsKind(config), knownGraph(readsKind(config)), (err) =>
      log.error({ err }, "the manifest in force cannot be read"),
    ),
    now: Date.now,
    onWidened({ market, fact, source, matchId }) {
      workerMetrics.widened(source);
      log.warn({ market, fact, source, matchId }, "a market reads a fact that nobody declared; the graph is widened");
    },
    onError: (err) => log.warn({ err }, "the dependency graph could not be read; the last one stays"),
  });
  shutdown.add("graph", () => graph.close());
  const { predictor, close } = await openPredictor(config, metrics, log, graph);
  shutdown.add("predictor", close);
  const worker = startRefreshWorker({
    store: openMatchStore(store, prefix),
    predictor,
    graph,
    now: Date.now,
    connection: queue,
    queuePrefix: queuePrefix(prefix, mode),
    deadLetters: openQueue(DEAD_LETTER_QUEUE, queue, queuePrefix(prefix, mode)),
    concurrency: config.WORKER_CONCURRENCY,
    lockMs: config.REFRESH_LOCK_MS,
    stalledIntervalMs: config.STALLED_INTERVAL_MS,
    log,
    metrics: workerMetrics,
  });
  shutdown.add("refreshes", async () => worker.close());
  const verifying = startVerifying({
    redis: store,
    prefix,
    predictor,
    tolerance: config.VERIFY_TOLERANCE,
    findMarket: (id) => graph.current.findMarket(id),
    widen: async (found) => graph.widen(found.map((read) => ({ ...read, source: "verified" }))),
    budget: new CpuBudget(config.VERIFY_CPU_SHARE),
    isIdle: () => workerMetrics.runningNow() <= config.WORKER_CONCURRENCY * IDLE_SHARE,
    now: Date.now,
    log,
    metrics: createVerificationMetrics(metrics),
  });
  shutdown.add("verification", async () => verifying.stop());

  health.addCheck("store", async () => store.ping());
  health.addCheck("queue", async () => queue.ping());
  return serveHealth(config.HEALTH_PORT);
}
