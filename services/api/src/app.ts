import { once } from "node:events";
import { guardRead } from "./identity/guard-read.ts";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { loadBuiltConsole } from "@touchline/console";
import express, { type Express, type Response } from "express";
import { adminGate } from "./admin/admin-gate.ts";
import { bullBoard } from "./admin/bull-board.ts";
import type { ApiContext } from "./api-context.ts";
import { type ApiDeps, closeContext, openContext } from "./open-context.ts";
import { ApiError, problemHandler } from "./http/problems.ts";
import { labelRoute, type Route, routeLabelOf, serveRoutes } from "./http/route.ts";
import { asyncApiRoute } from "./routes/documents/asyncapi.ts";
import { consoleRoutes } from "./routes/console.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { eventsRoute } from "./routes/events.ts";
import { explainRoute } from "./routes/explain.ts";
import { healthRoute } from "./routes/health.ts";
import { impactRoute } from "./routes/impact.ts";
import { invalidateRoute } from "./routes/invalidate.ts";
import { keyRoutes } from "./routes/keys.ts";
import { marketsRoute } from "./routes/markets.ts";
import { listMatchesRoute, readMatchRoute, registerMatchRoute } from "./routes/matches.ts";
import { ADMIN_PATH, openApiRoute } from "./routes/documents/openapi.ts";
import { operationsRoutes } from "./routes/operations.ts";
import { predictionsRoute } from "./routes/predictions.ts";
import { problemRoutes } from "./routes/documents/problems.ts";
import { deleteMatchRoute } from "./routes/delete-match.ts";
import { eventListRoute, totalsRoute } from "./routes/snapshots.ts";
import { statsRoutes } from "./routes/stats.ts";
import { allStreamRoute, streamRoute } from "./routes/stream.ts";
import { verificationRoute } from "./routes/verification.ts";

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
const MAX_CONNECTIONS = 20_000;
/** Counted for requests whose client left before there was an answer. */
const CLIENT_WENT_AWAY = 499;

/** Builds the service on its connections and listens. @throws DeadlineError when the subscription is not confirmed */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const { config } = deps;
  const context = await openContext(deps);
  const routes = routesOf(context);
  const app = createApp(context, routes);
  // Whose key or number of requests has to be looked at is nobody to be answered in front of the framework.
  const isReadGuarded = config.READS_NEED_KEY === "on" || context.limits.isLimited("read");
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    // In front of the framework: most reads are bytes that are ready.
    (req, res) => void ((!isReadGuarded && context.l1.answers.answer(req, res)) || app(req, res)),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(config.PORT, config.HOST);
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

function routesOf(context: ApiContext): readonly Route[] {
  const routes: Route[] = [
    predictionsRoute(context),
    readMatchRoute(context),
    registerMatchRoute(context),
    deleteMatchRoute(context),
    listMatchesRoute(context),
    streamRoute(context),
    allStreamRoute(context),
    eventsRoute(context),
    eventListRoute(context),
    totalsRoute(context),
    impactRoute(context),
    explainRoute(context),
    invalidateRoute(context),
    marketsRoute(context),
    ...statsRoutes(context),
    verificationRoute(context),
    ...operationsRoutes(context),
    openApiRoute(() => routes),
    asyncApiRoute(context.config),
    healthRoute(context),
    ...deadLetterRoutes(context),
    ...keyRoutes(context),
    ...consoleRoutes(loadBuiltConsole()),
    ...problemRoutes(),
  ];
  return routes.map((route) => guardRead(context, route));
}

function createApp(context: ApiContext, routes: readonly Route[]): Express {
  const { config, metrics, queues, log, monotonic } = context;
  const app = express();
  app.set("trust proxy", config.PROXY_HOPS);
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
    adminGate(config.ADMIN_PASSWORD, context.attempts),
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
