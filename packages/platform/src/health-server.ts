import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Health, livenessHandler, readinessHandler } from "./health.ts";
import { type Metrics, metricsHandler } from "./metrics.ts";

interface HealthServerOptions {
  health: Health;
  metrics: Metrics;
  host: string;
  /** 0 takes a free port; see `port` of the result. */
  port: number;
}

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 64;

/** `/livez`, `/readyz` and `/metrics` for a service that serves no HTTP of its own. */
export async function startHealthServer({ health, metrics, host, port }: HealthServerOptions): Promise<HealthServer> {
  const routes = new Map([
    ["/livez", livenessHandler(health)],
    ["/readyz", readinessHandler(health)],
    ["/metrics", metricsHandler(metrics)],
  ]);
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 1_000 },
    (req, res) => {
      const handler = routes.get(req.url?.split("?", 1)[0] ?? "");
      if (handler === undefined) res.writeHead(404).end();
      else if (req.method !== "GET" && req.method !== "HEAD") res.writeHead(405, { allow: "GET, HEAD" }).end();
      else handler(req, res);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      // A scraper keeps its connection open for ever; a shutdown must not wait for it.
      server.closeAllConnections();
      await closed;
    },
  };
}
