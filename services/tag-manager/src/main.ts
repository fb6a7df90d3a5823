import { StatsRecorder } from "@touchline/cache";
import { graphFor } from "@touchline/domain";
import {
  checkEvictionPolicy,
  closeRedis,
  createLogger,
  Health,
  loadConfig,
  Metrics,
  openRedis,
  readsKind,
  Shutdown,
  startHealthServer,
  withDeadline,
} from "@touchline/platform";
import {
  countWaitingRefreshes,
  DEAD_LETTER_QUEUE,
  openQueue,
  queuePrefix,
  REFRESH_QUEUE,
  RefreshBacklog,
} from "@touchline/queue";
import { adoptGraphs } from "./adopt-graphs.ts";
import { startEventWorker } from "./event-worker.ts";
import { startReconciler } from "./reconciler.ts";
import { tagManagerSettings } from "./settings.ts";
import { createTagManagerMetrics } from "./tag-manager-metrics.ts";
import { TruthCache } from "./truth-cache.ts";

/** Matches of a busy day, each with its log in memory. */
const TRUTH_CACHE_LIMIT = 500;
const COUNT_DEADLINE_MS = 1_000;

const config = loadConfig(tagManagerSettings);
const log = createLogger({ service: "tag-manager", level: config.LOG_LEVEL });
const shutdown = new Shutdown({ log, deadlineMs: config.SHUTDOWN_TIMEOUT_MS });
shutdown.listen();

try {
  const { REDIS_MODE: mode, KEY_PREFIX: prefix } = config;
  const registry = new Metrics();
  const health = new Health({ log });
  const store = await openRedis({
    url: config.STORE_REDIS_URL,
    mode,
    role: "store",
    log,
    name: "tag-manager-store",
  });
  shutdown.add("store", async () => closeRedis(store));
  const stats = new StatsRecorder({ redis: store, prefix, onError: (err) => log.debug({ err }, "counters kept back") });
  shutdown.add("counters", async () => stats.close());
  const metrics = createTagManagerMetrics(registry, stats);
  const producer = await openRedis({
    url: config.QUEUE_REDIS_URL,
    mode,
    role: "queue",
    log,
    name: "tag-manager-rings",
  });
  shutdown.add("queue producer", async () => closeRedis(producer));
  const consumer = await openRedis({
    url: config.QUEUE_REDIS_URL,
    mode,
    role: "worker",
    log,
    name: "tag-manager-events",
  });
  shutdown.add("queue consumer", async () => closeRedis(consumer));
  const production = config.NODE_ENV === "production";
  await checkEvictionPolicy(store, { role: "store", production, log });
  await checkEvictionPolicy(producer, { role: "queue", production, log });

  const graph = graphFor(readsKind(config));
  const bullPrefix = queuePrefix(prefix, mode);
  const refreshQueue = openQueue(REFRESH_QUEUE, producer, bullPrefix);
  const truths = new TruthCache(TRUTH_CACHE_LIMIT);
  // A cluster says of each of its nodes that it has gone or come.
  for (const event of ["close", "-node", "+node", "node error"]) store.on(event, () => truths.forgetAll());
  const applying = {
    store,
    prefix,
    truths,
    finishedTtlMs: config.FINISHED_TTL_SECONDS * 1000,
    now: Date.now,
    graph: graph.version,
    reads: graph.reads,
    onConflict: () => metrics.conflict(),
  };
  await adoptGraphs({ ...applying, refreshQueue, log });
  const worker = startEventWorker({
    ...applying,
    connection: consumer,
    queuePrefix: bullPrefix,
    refreshQueue,
    deadLetters: openQueue(DEAD_LETTER_QUEUE, producer, bullPrefix),
    concurrency: config.EVENT_CONCURRENCY,
    lockMs: config.EVENT_LOCK_MS,
    stalledIntervalMs: config.STALLED_INTERVAL_MS,
    log,
    metrics,
  });
  shutdown.add("events", async () => worker.close());

  const reconciler = startReconciler({
    store,
    prefix,
    refreshQueue,
    backlog: new RefreshBacklog({
      waiting: async () => withDeadline(countWaitingRefreshes(refreshQueue), COUNT_DEADLINE_MS, "counting refreshes"),
      max: config.REFRESH_BACKLOG_MAX,
    }),
    intervalMs: config.RECONCILE_INTERVAL_MS,
    patience: { dueMs: config.RECONCILE_PATIENCE_MS, leaseMs: config.REFRESH_LEASE_MS },
    now: Date.now,
    log,
    metrics,
    heartbeat: health.heartbeat("reconciler", 30_000),
  });
  shutdown.add("reconciler", async () => reconciler.stop());

  health.addCheck("store", async () => store.ping());
  health.addCheck("queue", async () => producer.ping());
  const server = await startHealthServer({
    health,
    metrics: registry,
    host: config.HOST,
    port: config.HEALTH_PORT,
  });
  shutdown.add("health server", async () => server.close());
  shutdown.add("readiness", () => health.beginStop());
  log.info({ port: server.port }, "tag-manager ready");
} catch (err) {
  shutdown.fail(err, "tag-manager could not start");
}
