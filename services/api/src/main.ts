import {
  checkEvictionPolicy,
  closeRedis,
  createLogger,
  Health,
  loadConfig,
  Metrics,
  openRedis,
  Shutdown,
} from "@touchline/platform";
import { createApi } from "./app.ts";
import { apiSettings, checkApiConfig } from "./settings.ts";

const config = loadConfig(apiSettings, { check: checkApiConfig });
const log = createLogger({ service: "api", level: config.LOG_LEVEL });
const shutdown = new Shutdown({ log, deadlineMs: config.SHUTDOWN_TIMEOUT_MS });
shutdown.listen();

try {
  const { STORE_REDIS_URL, QUEUE_REDIS_URL, REDIS_MODE: mode, REDIS_TIMEOUT_MS: commandTimeoutMs } = config;
  const health = new Health({ log });
  const shared = { mode, log, commandTimeoutMs };
  const store = await openRedis({ ...shared, url: STORE_REDIS_URL, role: "store", name: "api-store" });
  shutdown.add("store", async () => closeRedis(store));
  const subscriber = await openRedis({ ...shared, url: STORE_REDIS_URL, role: "subscriber", name: "api-changes" });
  shutdown.add("subscriber", async () => closeRedis(subscriber));
  const queue = await openRedis({ ...shared, url: QUEUE_REDIS_URL, role: "queue", name: "api-queue" });
  shutdown.add("queue", async () => closeRedis(queue));
  const production = config.NODE_ENV === "production";
  await checkEvictionPolicy(store, { role: "store", production, log });
  await checkEvictionPolicy(queue, { role: "queue", production, log });

  const api = await createApi({
    config,
    log,
    registry: new Metrics(),
    health,
    redis: { store, subscriber, queue },
    now: Date.now,
  });
  shutdown.add("http", async () => api.close());
  shutdown.add("readiness", () => health.beginStop());
  log.info({ host: config.HOST, port: api.port }, "api ready");
} catch (err) {
  shutdown.fail(err, "api could not start");
}
