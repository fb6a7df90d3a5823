import { once } from "node:events";
import { StatsRecorder } from "@touchline/cache";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { graphFor } from "@touchline/domain";
import { type Health, type Logger, type Metrics, readsKind, type RedisClient } from "@touchline/platform";
import { RefreshBacklog } from "@touchline/queue";
import { openBuiltinPredictor, warmUp } from "@touchline/refresh";
import express, { type Express, type Response } from "express";
import { adminGate } from "./admin/admin-gate.ts";
import { bullBoard } from "./admin/bull-board.ts";
import type { ApiContext } from "./api-context.ts";
import { type ApiMetrics, createApiMetrics } from "./api-metrics.ts";
import { ChangeFeed } from "./changes/change-feed.ts";
import { requireApiKey } from "./http/api-key.ts";
import { ApiError, problemHandler } from "./http/problems.ts";
import { L1 } from "./l1/l1.ts";
import { labelRoute, type Route, routeLabelOf, serveRoutes } from "./http/route.ts";
import { StoreReader } from "./predictions/prediction-reader.ts";
import { MatchStore } from "./redis/match-store.ts";
import { Queues } from "./redis/queues.ts";
import { FallbackRefresher } from "./refresh/fallback-refresher.ts";
import { type AskEvents, RefreshAsker } from "./refresh/refresh-asker.ts";
import { asyncApiRoute } from "./routes/asyncapi.ts";
import { eventsRoute } from "./routes/events.ts";
import { explainRoute } from "./routes/explain.ts";
import { impactRoute } from "./routes/impact.ts";
import { invalidateRoute } from "./routes/invalidate.ts";
import { marketsRoute } from "./routes/markets.ts";
import { listMatchesRoute, readMatchRoute, registerMatchRoute } from "./routes/matches.ts";
import { ADMIN_PATH, openApiRoute } from "./routes/openapi.ts";
import { operationsRoutes } from "./routes/operations.ts";
import { docsRoute, landingRoute } from "./routes/pages.ts";
import { PREDICTIONS_PATH, predictionsRoute } from "./routes/predictions.ts";
import { statsRoutes } from "./routes/stats.ts";
import { streamRoute } from "./routes/stream.ts";
import type { ApiConfig } from "./settings.ts";
import { StreamHub } from "./stream/stream-hub.ts";

/** What the api needs from outside. The connections stay their owner's to close. */
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
  /** Wall-clock milliseconds; injected for tests. */
  readonly now?: () => number;
  /** Uniform in [0, 1); injected for tests. */
  readonly random?: () => number;
}

export interface Api {
  readonly server: Server;
  readonly port: number;
  /** Every route, as served and described. */
  readonly routes: readonly Route[];
  readonly app: Express;
  readonly context: ApiContext;
  /** Takes nothing new, ends the streams, lets running requests end within a few seconds. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 5_000;
const WARM_UP_DEADLINE_MS = 10_000;
const MAX_CONNECTIONS = 20_000;
/** Counted for requests whose client left before there was an answer. */
const CLIENT_WENT_AWAY = 499;

/** Builds the service on its connections and listens. @throws DeadlineError when the subscription is not confirmed */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const context = await createContext(deps);
  const routes = routesOf(context);
  const app = createApp(context, routes);
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    // In front of the framework: most reads are bytes that are ready.
    (req, res) => void (context.l1.answers.answer(req, res) || app(req, res)),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(deps.config.PORT, deps.config.HOST);
  try {
    await once(server, "listening");
  } catch (error) {
    await closeContext(context);
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    server,
    port: (server.address() as AddressInfo).port,
    routes,
    app,
    context,
    close: () => {
      closing ??= closeServer(server, context).then(async () => closeContext(context));
      return closing;
    },
  };
}

async function createContext({ config, log, registry, health, redis, ...deps }: ApiDeps): Promise<ApiContext> {
  const { KEY_PREFIX: keyPrefix, REDIS_MODE: mode, REDIS_TIMEOUT_MS: deadlineMs } = config;
  const monotonic = (): number => performance.now();
  const metrics = createApiMetrics(registry);
  const graph = graphFor(readsKind(config));
  const store = new MatchStore(redis.store, keyPrefix, deadlineMs);
  const queues = new Queues(redis.queue, { keyPrefix, mode, deadlineMs });
  const feed = await ChangeFeed.open({ subscriber: redis.subscriber, prefix: keyPrefix, log, deadlineMs: 5_000 });
  health.addCheck("store", async () => store.ping());
  health.addCheck("queue", async () => queues.ping());
  health.addCheck("changes", () =>
    feed.subscribed ? Promise.resolve() : Promise.reject(new Error("the subscription to changes is lost")),
  );
  const reads = new StoreReader(store);
  const now = deps.now ?? Date.now;
  const random = deps.random ?? Math.random;
  const stats: StatsRecorder = new StatsRecorder({
    redis: redis.store,
    prefix: keyPrefix,
    onError: (err) => log.debug({ err }, "counters kept back"),
    onSampling: (rate) => l1.sample(rate),
  });
  const backlog = new RefreshBacklog({
    waiting: async () => queues.waitingRefreshes(),
    max: config.REFRESH_BACKLOG_MAX,
    monotonic,
  });
  const fallback = await openFallback({ config, log, metrics, graph, stats, redis: redis.store, now });
  const asker = new RefreshAsker({
    store,
    queues,
    backlog,
    feed,
    events: reportingAsks(metrics, stats, log),
    monotonic,
    suspendedWaitMs: config.MISS_WAIT_MS,
    ...(fallback && { onSuspendedTooLong: (matchId: string) => void fallback.refresh(matchId) }),
  });
  const l1 = await L1.open({
    stats,
    maxBytes: config.L1_MAX_BYTES,
    leaseMs: config.L1_LEASE_MS,
    xfetchBeta: config.XFETCH_BETA,
    sampleRate: config.LATENCY_SAMPLE_RATE,
    route: PREDICTIONS_PATH,
    store: reads,
    redis: redis.store,
    feed,
    metrics,
    noteDemand: (matchId, variant) => asker.noteDemand(matchId, variant),
    askEarly: (matchId, variant, urgency) => asker.ask(matchId, variant, urgency, "early"),
    now,
    monotonic,
    random,
  });
  return {
    config,
    log,
    registry,
    metrics,
    health,
    graph,
    store,
    queues,
    feed,
    reader: l1.reader,
    l1,
    stats,
    asker,
    fallback,
    streams: new StreamHub({ store, feed, metrics }),
    needsKey: requireApiKey(config.API_KEYS),
    now,
    monotonic,
    random,
  };
}

/**
 * What refreshes in this process when no worker does: only with the built-in model, which takes about a millisecond of
 * the event loop, and only where readers wait at all.
 */
async function openFallback({
  config,
  log,
  metrics,
  graph,
  stats,
  redis,
  now,
}: Pick<ApiContext, "config" | "log" | "metrics" | "graph" | "stats" | "now"> & {
  readonly redis: RedisClient;
}): Promise<FallbackRefresher | undefined> {
  const { FALLBACK_CONCURRENCY: concurrency, PREDICTOR, MISS_WAIT_MS } = config;
  if (concurrency === 0 || PREDICTOR !== "builtin" || MISS_WAIT_MS === 0) return undefined;
  const { predictor } = await openBuiltinPredictor(config.PARAMS_DIR);
  await warmUp(predictor, AbortSignal.timeout(WARM_UP_DEADLINE_MS));
  return new FallbackRefresher({
    store: redis,
    prefix: config.KEY_PREFIX,
    predictor,
    graph: graph.version,
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

/** Nobody waits for an ask, so what goes wrong with one is told here. An outage has its own lines already. */
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

function routesOf(context: ApiContext): readonly Route[] {
  const routes: Route[] = [
    predictionsRoute(context),
    readMatchRoute(context),
    registerMatchRoute(context),
    listMatchesRoute(context),
    streamRoute(context),
    eventsRoute(context),
    impactRoute(context),
    explainRoute(context),
    invalidateRoute(context),
    marketsRoute(context),
    ...statsRoutes(context),
    ...operationsRoutes(context),
    openApiRoute(() => routes),
    asyncApiRoute(context.config),
    docsRoute(() => routes),
    landingRoute(context),
  ];
  return routes;
}

function createApp(context: ApiContext, routes: readonly Route[]): Express {
  const { config, metrics, queues, log, monotonic } = context;
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple").set("case sensitive routing", true);
  app.use((_req, res, next) => {
    const began = monotonic();
    res.setHeader("x-content-type-options", "nosniff");
    res.once("close", () => {
      const status = res.headersSent ? res.statusCode : CLIENT_WENT_AWAY;
      metrics.answered(routeLabelOf(res), status, isStream(res) ? undefined : (monotonic() - began) / 1000);
    });
    next();
  });
  serveRoutes(app, routes);
  app.use(
    ADMIN_PATH,
    (_req, res, next) => {
      labelRoute(res, ADMIN_PATH);
      next();
    },
    adminGate(config.ADMIN_PASSWORD),
    bullBoard(queues.all, ADMIN_PATH),
  );
  app.use((req) => {
    throw new ApiError("unknown_route", { detail: `${req.method} ${req.path.slice(0, 200)}` });
  });
  app.use(problemHandler(log));
  return app;
}

/** A stream lasts as long as its client likes, which says nothing about how fast we are. */
function isStream(res: Response): boolean {
  return res.getHeader("content-type") === "text/event-stream";
}

async function closeServer(server: Server, { streams }: ApiContext): Promise<void> {
  const closed = once(server, "close");
  server.close();
  streams.close();
  server.closeIdleConnections();
  const giveUp = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(giveUp);
}

async function closeContext({ asker, streams, feed, queues, l1, stats }: ApiContext): Promise<void> {
  streams.close();
  l1.close();
  await stats.close();
  asker.close();
  await feed.close();
  await queues.close();
}
