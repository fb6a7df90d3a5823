import { openMatchStore, StatsRecorder } from "@touchline/cache";
import {
  checkEvictionPolicy,
  closeRedis,
  createLogger,
  Health,
  loadConfig,
  Metrics,
  openRedis,
  Shutdown,
  startHealthServer,
} from "@touchline/platform";
import { DEAD_LETTER_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import { openPredictor } from "./open-predictor.ts";
import { startRefreshWorker } from "./refresh-worker.ts";
import { checkWorkerSettings, workerSettings } from "./settings.ts";
import { createWorkerMetrics } from "./worker-metrics.ts";

const config = loadConfig(workerSettings, { check: checkWorkerSettings });
const log = createLogger({ service: "worker", level: config.LOG_LEVEL });
const shutdown = new Shutdown({ log, deadlineMs: config.SHUTDOWN_TIMEOUT_MS });
shutdown.listen();

try {
  const { REDIS_MODE: mode, KEY_PREFIX: prefix } = config;
  const metrics = new Metrics();
  const health = new Health({ log });
  const store = await openRedis({
    url: config.STORE_REDIS_URL,
    mode,
    role: "store",
    log,
    name: "worker-store",
  });
  shutdown.add("store", async () => closeRedis(store));
  const stats = new StatsRecorder({ redis: store, prefix, onError: (err) => log.debug({ err }, "counters kept back") });
  shutdown.add("counters", async () => stats.close());
  const queue = await openRedis({
    url: config.QUEUE_REDIS_URL,
    mode,
    role: "worker",
    log,
    name: "worker-queue",
  });
  shutdown.add("queue", async () => closeRedis(queue));
  const production = config.NODE_ENV === "production";
  await checkEvictionPolicy(store, { role: "store", production, log });
  await checkEvictionPolicy(queue, { role: "queue", production, log });

  const { predictor, graph, close } = await openPredictor(config, metrics, log);
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
    metrics: createWorkerMetrics(metrics, stats),
  });
  shutdown.add("refreshes", async () => worker.close());

  health.addCheck("store", async () => store.ping());
  health.addCheck("queue", async () => queue.ping());
  const server = await startHealthServer({
    health,
    metrics,
    host: config.HOST,
    port: config.HEALTH_PORT,
  });
  shutdown.add("health server", async () => server.close());
  shutdown.add("readiness", () => health.beginStop());
  log.info({ port: server.port }, "worker ready");
} catch (err) {
  shutdown.fail(err, "worker could not start");
}
