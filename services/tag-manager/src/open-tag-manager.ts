import {
  COUNTERS,
  GraphInForce,
  knownGraph,
  openMatchStore,
  openNamedMetrics,
  StatsRecorder,
  type Unproven,
} from "@touchline/cache";
import { declaredGraph, type MatchState } from "@touchline/domain";
import { type Config, readsKind, type ServiceProcess, withDeadline } from "@touchline/platform";
import {
  countWaitingRefreshes,
  DEAD_LETTER_QUEUE,
  EVENTS_QUEUE,
  openQueue,
  queuePrefix,
  REFRESH_QUEUE,
  RefreshBacklog,
} from "@touchline/queue";
import { adoptGraphs, GraphAdopter } from "./adopt-graphs.ts";
import type { MadeStep } from "./apply-change.ts";
import { startEventWorker } from "./event-worker.ts";
import { startForgetting } from "./forget-matches.ts";
import { LostLogs } from "./lost-logs.ts";
import { startReconciler, wholeIndex } from "./reconciler.ts";
import { startReleasingParked } from "./intake/release-parked.ts";
import type { tagManagerSettings } from "./settings.ts";
import { createTagManagerMetrics } from "./tag-manager-metrics.ts";
import { GovernedMatches, startWatchingSources } from "./sources/watch-sources.ts";
import { TruthCache } from "./truth-cache.ts";
import { SampleDrawer } from "./verification/sample-drawer.ts";

/** Matches of a busy day, each with its log in memory. */
const TRUTH_CACHE_LIMIT = 500;
const FORGET_INTERVAL_MS = 60_000;
const RELEASE_INTERVAL_MS = 1_000;
const COUNT_DEADLINE_MS = 1_000;

/** Adopts what other builds have left, then takes events and keeps watch. @returns the port of its health server */
export async function openTagManager({
  config,
  log,
  metrics: registry,
  health,
  shutdown,
  connect,
  checkEviction,
  serveHealth,
}: ServiceProcess<Config<typeof tagManagerSettings>>): Promise<number> {
  const { REDIS_MODE: mode, KEY_PREFIX: prefix } = config;
  const store = await connect("store", "store");
  const stats = new StatsRecorder({
    redis: store,
    prefix,
    onError: (err) => log.debug({ err }, "counters kept back"),
    listener: openNamedMetrics(registry, {
      counters: COUNTERS.tagmanager,
      averaged: [],
      monotonic: () => performance.now(),
    }),
  });
  shutdown.add("counters", async () => stats.close());
  const metrics = createTagManagerMetrics(registry, stats);
  const producer = await connect("queue", "refreshes");
  const consumer = await connect("worker", "events");
  await checkEviction({ store, queue: producer });

  const graph = await GraphInForce.open({
    redis: store,
    prefix,
    declared: declaredGraph(readsKind(config), knownGraph(readsKind(config)), (err) =>
      log.error({ err }, "the manifest in force cannot be read"),
    ),
    now: Date.now,
    onError: (err) => log.warn({ err }, "the dependency graph could not be read; the last one stays"),
  });
  shutdown.add("graph", () => graph.close());
  const bullPrefix = queuePrefix(prefix, mode);
  const refreshQueue = openQueue(REFRESH_QUEUE, producer, bullPrefix);
  const matches = openMatchStore(store, prefix);
  const truths = new TruthCache(TRUTH_CACHE_LIMIT, config.TRUTH_CACHE_MAX_BYTES);
  // A cluster reports each node that leaves or joins.
  for (const event of ["close", "-node", "+node", "node error"]) store.on(event, () => truths.forgetAll());
  const lostLogs = new LostLogs(log, metrics);
  const renewing = {
    store: matches,
    now: Date.now,
    graph,
    onRenewed: (_matchId: string, refusal: Unproven) => metrics.renewed(refusal),
  };
  const governed = new GovernedMatches();
  const drawer = new SampleDrawer({
    redis: store,
    prefix,
    share: config.VERIFY_SHARE,
    markets: () => graph.current.markets,
    log,
    onLost: (samples) => metrics.samplesLost(samples),
  });
  shutdown.add("samples", async () => drawer.close());
  const applying = {
    ...renewing,
    truths,
    finishedTtlMs: config.FINISHED_TTL_SECONDS * 1000,
    feedMaxBytes: config.FEED_MAX_BYTES,
    sourcesPolicy: config.SOURCES_POLICY,
    onStep: (matchId: string, before: MatchState, after: MatchState, made: MadeStep): void => {
      drawer.stepped(matchId, before, after, made);
      governed.note(matchId, after);
      metrics.compared(before, after);
    },
    onConflict: () => metrics.conflict(),
  };
  await wholeIndex({ ...renewing, log, metrics });
  await adoptGraphs({ ...applying, refreshQueue, log, lostLogs });
  const adopter = new GraphAdopter({ ...applying, refreshQueue, log, lostLogs });
  shutdown.add("passing matches on", async () => adopter.close());
  graph.onChange(() => adopter.adopt());
  const worker = startEventWorker({
    ...applying,
    connection: consumer,
    queueRedis: producer,
    queuePrefix: bullPrefix,
    refreshQueue,
    deadLetters: openQueue(DEAD_LETTER_QUEUE, producer, bullPrefix),
    concurrency: config.EVENT_CONCURRENCY,
    held: config.EVENT_HELD_MAX,
    maxEventBytes: config.EVENT_MAX_BYTES,
    logLimits: { events: config.MATCH_MAX_EVENTS, bytes: config.MATCH_MAX_BYTES },
    replicas: config.STORE_REPLICAS,
    lockMs: config.EVENT_LOCK_MS,
    stalledIntervalMs: config.STALLED_INTERVAL_MS,
    log,
    metrics,
    lostLogs,
  });
  shutdown.add("events", async () => worker.close());

  const reconciler = startReconciler({
    ...renewing,
    refreshQueue,
    backlog: new RefreshBacklog({
      waiting: async () => withDeadline(countWaitingRefreshes(refreshQueue), COUNT_DEADLINE_MS, "counting refreshes"),
      max: config.REFRESH_BACKLOG_MAX,
    }),
    intervalMs: config.RECONCILE_INTERVAL_MS,
    patience: { dueMs: config.RECONCILE_PATIENCE_MS, leaseMs: config.REFRESH_LEASE_MS },
    log,
    metrics,
    lostLogs,
    heartbeat: health.heartbeat("reconciler", 30_000),
  });
  shutdown.add("reconciler", async () => reconciler.stop());

  const watching = startWatchingSources({
    ...applying,
    refreshQueue,
    governed,
    intervalMs: config.SOURCES_WATCH_INTERVAL_MS,
    log,
    lostLogs,
    metrics,
  });
  shutdown.add("sources", async () => watching.stop());

  const releasing = startReleasingParked({
    redis: producer,
    events: openQueue(EVENTS_QUEUE, producer, bullPrefix),
    deadLetters: openQueue(DEAD_LETTER_QUEUE, producer, bullPrefix),
    intervalMs: RELEASE_INTERVAL_MS,
    now: Date.now,
    log,
    metrics,
  });
  shutdown.add("parked events", async () => releasing.stop());

  const forgetting = startForgetting({
    store: matches,
    unfinishedTtlMs: config.UNFINISHED_TTL_SECONDS * 1000,
    intervalMs: FORGET_INTERVAL_MS,
    now: Date.now,
    log,
    lostLogs,
  });
  shutdown.add("forgetting", async () => forgetting.stop());

  health.addCheck("store", async () => store.ping());
  health.addCheck("queue", async () => producer.ping());
  return serveHealth(config.HEALTH_PORT);
}
