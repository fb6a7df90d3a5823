import { COUNTERS, GraphInForce, knownGraph, openMatchStore, openNamedMetrics, StatsRecorder } from "@touchline/cache";
import { declaredGraph } from "@touchline/domain";
import { type Health, type Logger, type Metrics, readsKind, type RedisClient } from "@touchline/platform";
import { RefreshBacklog } from "@touchline/queue";
import { openBuiltinPredictor, warmUp } from "@touchline/predictor";
import type { ApiContext } from "./api-context.ts";
import { type ApiMetrics, createApiMetrics } from "./api-metrics.ts";
import { ChangeFeed } from "./changes/change-feed.ts";
import { ApiError } from "./http/problems.ts";
import { registerGauges } from "./health/api-gauges.ts";
import { EventFreshness } from "./health/event-freshness.ts";
import { RecentChanges } from "./health/recent-changes.ts";
import { openIdentity } from "./identity/open-identity.ts";
import { L1 } from "./l1/l1.ts";
import { StoreReader } from "./predictions/prediction-reader.ts";
import { askRedis } from "./redis/outage.ts";
import { Queues } from "./redis/queues.ts";
import { FallbackRefresher } from "./refresh/fallback-refresher.ts";
import { type AskEvents, RefreshAsker } from "./refresh/refresh-asker.ts";
import { PREDICTIONS_PATH } from "./routes/predictions.ts";
import type { ApiConfig } from "./settings.ts";
import { WatermarkWatch } from "./watermark/watermark-watch.ts";
import { StreamHub } from "./stream/stream-hub.ts";
import { watermarkFigures } from "./watermark/watermark-figures.ts";

/** What the api is opened with. The owner of the connections closes them. */
export interface ApiDeps {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly registry: Metrics;
  readonly health: Health;
  readonly redis: {
    /** Role `store`. */
    readonly store: RedisClient;
    /** Role `subscriber`, to the store. */
    readonly subscriber: RedisClient;
    /** Role `queue`. */
    readonly queue: RedisClient;
  };
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** The machine's own wall clock, by which a sleep or a jump is found. Tests that move `now` leave it alone. */
  readonly machineClock: () => number;
  /** Uniform in [0, 1); injected for tests. */
  readonly random?: () => number;
  /** See `RefreshAsker`; injected for tests. */
  readonly unansweredMs?: number;
}

/** What an api adds to: all but what becomes of refresh jobs, which workers count. */
const API_COUNTERS = Object.values(COUNTERS)
  .flat()
  .filter((counter) => !counter.startsWith("swr_background_"));

const WARM_UP_DEADLINE_MS = 10_000;

/** Opens what the routes work with. @throws DeadlineError when the subscription is not confirmed */
export async function openContext({ config, log, registry, health, redis, ...deps }: ApiDeps): Promise<ApiContext> {
  const { KEY_PREFIX: keyPrefix, REDIS_MODE: mode, REDIS_TIMEOUT_MS: deadlineMs } = config;
  const monotonic = (): number => performance.now();
  const metrics = createApiMetrics(registry);
  const store = openMatchStore(redis.store, keyPrefix, async (what, operation) =>
    askRedis("store", what, deadlineMs, operation),
  );
  const queues = new Queues(redis.queue, { keyPrefix, mode, deadlineMs });
  const feed = await ChangeFeed.open({ subscriber: redis.subscriber, prefix: keyPrefix, log, deadlineMs: 5_000 });
  const inForce = await GraphInForce.open({
    redis: redis.store,
    prefix: keyPrefix,
    declared: declaredGraph(readsKind(config), knownGraph(readsKind(config)), (err) =>
      log.error({ err }, "the manifest in force cannot be read"),
    ),
    now: deps.now,
    onError: (err) => log.debug({ err }, "the dependency graph could not be read; the last one stays"),
  });
  health.addCheck("store", async () => store.ping());
  health.addCheck("queue", async () => queues.ping());
  health.addCheck("changes", () =>
    feed.subscribed ? Promise.resolve() : Promise.reject(new Error("the subscription to changes is lost")),
  );
  const reads = new StoreReader(store);
  const { now } = deps;
  const random = deps.random ?? Math.random;
  const stats: StatsRecorder = new StatsRecorder({
    redis: redis.store,
    prefix: keyPrefix,
    onError: (err) => log.debug({ err }, "counters kept back"),
    onSampling: (rate) => l1.sample(rate),
    listener: openNamedMetrics(registry, { counters: API_COUNTERS, averaged: ["latency_ms"], monotonic }),
  });
  const backlog = new RefreshBacklog({
    waiting: async () => queues.waitingRefreshes(),
    max: config.REFRESH_BACKLOG_MAX,
    monotonic,
  });
  const fallback = await openFallback({ config, log, metrics, inForce, stats, redis: redis.store, now });
  const asker = new RefreshAsker({
    store,
    queues,
    backlog,
    feed,
    events: reportingAsks(metrics, stats, log),
    monotonic,
    suspendedWaitMs: config.MISS_WAIT_MS,
    unansweredMs: deps.unansweredMs,
    ...(fallback && { onSuspendedTooLong: (matchId: string, epoch?: string) => void fallback.refresh(matchId, epoch) }),
  });
  const watermark = await WatermarkWatch.open({
    lagMs: config.APPLY_LAG_MAX_MS,
    look: async (known) => queues.pendingEvents(known),
    monotonic,
    wall: deps.machineClock,
    log,
    looked: (outcome) => metrics.lookedAtQueue(outcome),
  });
  metrics.watch(() => watermark.summary());
  const freshness = new EventFreshness({ feed, now, fresh: (labels, took) => metrics.eventFresh(labels, took) });
  health.addFigures("watermark", () => watermarkFigures(watermark.summary()));
  const l1 = await L1.open({
    findMarket: (id) => inForce.current.findMarket(id),
    caughtUp: (matchId) => watermark.isCaughtUp(matchId),
    stats,
    maxBytes: config.L1_MAX_BYTES,
    staleIfErrorMs: config.STALE_IF_ERROR_MAX_MS,
    leaseMs: config.L1_LEASE_MS,
    replicas: config.STORE_REPLICAS,
    xfetchBeta: config.XFETCH_BETA,
    sampleRate: config.LATENCY_SAMPLE_RATE,
    route: PREDICTIONS_PATH,
    store: reads,
    matches: store,
    redis: redis.store,
    feed,
    metrics,
    log,
    recordAccess: (matchId, variant) => asker.recordAccess(matchId, variant),
    askEarly: (matchId, variant, urgency, seen) => asker.ask(matchId, variant, urgency, "early", seen),
    now,
    monotonic,
    random,
  });
  const identity = await openIdentity({ config, redis, log, metrics, now, monotonic });
  registerGauges({ registry, redis, queues, store, config, watermark, l1, now, monotonic });
  return {
    config,
    log,
    registry,
    metrics,
    health,
    inForce,
    get graph() {
      return inForce.current;
    },
    store,
    redis: { store: redis.store, queue: redis.queue },
    queues,
    feed,
    reader: l1.reader,
    l1,
    watermark,
    stats,
    asker,
    fallback,
    streams: new StreamHub({
      store,
      feed,
      metrics,
      watermark,
      lagMs: config.APPLY_LAG_MAX_MS,
      maxStreams: config.STREAMS_MAX,
      maxOfAddress: config.STREAMS_PER_ADDRESS,
      monotonic,
    }),
    recent: new RecentChanges({ feed, now, monotonic }),
    freshness,
    ...identity,
    now,
    monotonic,
    random,
  };
}

/**
 * Fallback refreshes in this process, for when no worker makes them: only with the built-in model, which takes about a
 * millisecond of the event loop, and only where readers wait at all.
 */
async function openFallback({
  config,
  log,
  metrics,
  inForce,
  stats,
  redis,
  now,
}: Pick<ApiContext, "config" | "log" | "metrics" | "inForce" | "stats" | "now"> & {
  readonly redis: RedisClient;
}): Promise<FallbackRefresher | undefined> {
  const { FALLBACK_CONCURRENCY: concurrency, PREDICTOR, MISS_WAIT_MS } = config;
  if (concurrency === 0 || PREDICTOR !== "builtin" || MISS_WAIT_MS === 0) return undefined;
  const { predictor } = await openBuiltinPredictor(config.PARAMS_DIR);
  await warmUp(predictor, AbortSignal.timeout(WARM_UP_DEADLINE_MS));
  return new FallbackRefresher({
    store: openMatchStore(redis, config.KEY_PREFIX),
    predictor,
    graph: inForce,
    concurrency,
    leaseMs: config.REFRESH_LEASE_MS,
    deadlineMs: config.REDIS_TIMEOUT_MS,
    now,
    events: {
      fellBack(outcome, seconds) {
        metrics.fellBack(outcome, seconds);
        if (seconds !== undefined) stats.add("compute_calls");
      },
    },
    log,
  });
}

/** No reader waits for a refresh request, so its failure is logged here. An outage has its own log lines already. */
function reportingAsks({ asks }: ApiMetrics, stats: StatsRecorder, log: Logger): AskEvents {
  return {
    ...asks,
    asked(reason) {
      asks.asked(reason);
      if (reason === "early") stats.add("xfetch_triggers");
    },
    failed(what, err) {
      asks.failed(what);
      if (!(err instanceof ApiError)) log.error({ err, what }, "asking for a refresh failed");
    },
  };
}

/** Ends what the context keeps running; the connections stay open. */
export async function closeContext(context: ApiContext): Promise<void> {
  const { inForce, asker, streams, feed, queues, l1, stats, watermark, recent, freshness, ring } = context;
  inForce.close();
  ring.close();
  streams.close();
  recent.close();
  freshness.close();
  watermark.close();
  l1.close();
  await stats.close();
  asker.close();
  await feed.close();
  await queues.close();
}
