import type { Config } from "./config.ts";
import { startHealthServer } from "./health-server.ts";
import { Health } from "./health.ts";
import { createLogger, type Logger } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { checkEvictionPolicy } from "./redis-policy.ts";
import { closeRedis, openRedis, type RedisClient, type RedisRole } from "./redis.ts";
import { Shutdown } from "./shutdown.ts";

/** What every service's process has, whatever it does. */
export interface ServiceProcess<C extends Config> {
  readonly config: C;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly shutdown: Shutdown;
  /**
   * Opens a connection and registers its closing.
   * @param name what it is for; with the service's name in front of it, shown in `CLIENT LIST`
   * @param commandTimeoutMs the longest a command of the roles `store` and `queue` may take
   * @throws DeadlineError when Redis is not usable in time
   */
  connect(this: void, role: RedisRole, name: string, commandTimeoutMs?: number): Promise<RedisClient>;
  /** @throws EvictionPolicyError in production when Redis could evict what must not be lost; warns elsewhere */
  checkEviction(this: void, connections: { readonly store: RedisClient; readonly queue: RedisClient }): Promise<void>;
  /** `/livez`, `/readyz` and `/metrics`, for services without HTTP of their own. @returns the port it listens on */
  serveHealth(this: void, port: number): Promise<number>;
}

interface ProcessOptions<C extends Config> {
  /** Name of the service, in log lines and connections. */
  readonly service: string;
  readonly config: C;
  /** Opens everything; what it resolves with is logged when the service is ready, its port among it. */
  readonly open: (process: ServiceProcess<C>) => Promise<{ readonly port: number; readonly host?: string }>;
}

/**
 * Runs a service as this process: log, signals, shutdown in reverse order, readiness. A failed start ends the process
 * with code 1.
 */
export async function openProcess<C extends Config>({ service, config, open }: ProcessOptions<C>): Promise<void> {
  const log = createLogger({ service, level: config.LOG_LEVEL });
  const shutdown = new Shutdown({ log, deadlineMs: config.SHUTDOWN_TIMEOUT_MS });
  shutdown.listen();
  try {
    const health = new Health({ log });
    const ready = await open(serviceProcess(service, config, log, shutdown, health));
    // Closed first: no new work is routed here while the rest ends.
    shutdown.add("readiness", () => health.beginStop());
    log.info(ready, `${service} ready`);
  } catch (err) {
    shutdown.fail(err, `${service} could not start`);
  }
}

function serviceProcess<C extends Config>(
  service: string,
  config: C,
  log: Logger,
  shutdown: Shutdown,
  health: Health,
): ServiceProcess<C> {
  const metrics = new Metrics();
  return {
    config,
    log,
    metrics,
    health,
    shutdown,
    async connect(role, name, commandTimeoutMs) {
      const client = await openRedis({
        url: role === "store" || role === "subscriber" ? config.STORE_REDIS_URL : config.QUEUE_REDIS_URL,
        mode: config.REDIS_MODE,
        role,
        log,
        name: `${service}-${name}`,
        ...(commandTimeoutMs === undefined ? {} : { commandTimeoutMs }),
      });
      shutdown.add(`connection ${name}`, async () => closeRedis(client));
      return client;
    },
    async checkEviction({ store, queue }) {
      const production = config.NODE_ENV === "production";
      await checkEvictionPolicy(store, { role: "store", production, log });
      await checkEvictionPolicy(queue, { role: "queue", production, log });
    },
    async serveHealth(port) {
      const server = await startHealthServer({ health, metrics, host: config.HOST, port });
      shutdown.add("health server", async () => server.close());
      return server.port;
    },
  };
}
