import { Cluster, Redis, type RedisOptions } from "ioredis";
import { DeadlineError, withDeadline } from "./deadline.ts";
import { FailoverConnector } from "./failover-connector.ts";
import type { Logger } from "./log.ts";
import { maskCredentials } from "./mask-secrets.ts";
import { parseRedisTarget, type RedisMode, type RedisTarget } from "./redis-target.ts";

/**
 * What a connection is for, which decides how it behaves when Redis is slow or gone.
 * - `store`, `queue`: requests wait for it, so a command fails at once without a connection and within the
 *   command timeout with one. `queue` is for BullMQ's producers.
 * - `subscriber`: waits for messages; keeps its subscriptions over an outage. Always one plain connection, so that
 *   `close` says when messages may be missed.
 * - `worker`: handed to a BullMQ worker, which duplicates it for blocking commands: no timeout may cut those.
 */
export type RedisRole = "store" | "queue" | "subscriber" | "worker";

export type RedisClient = Redis | Cluster;

interface OpenRedisOptions {
  url: string;
  mode: RedisMode;
  role: RedisRole;
  log: Logger;
  /** Shown in `CLIENT LIST`: letters, digits, - and _. */
  name?: string;
  /** For `store` and `queue`: the longest a command may take, in milliseconds. */
  commandTimeoutMs?: number;
  /** The longest to wait for the first connection, in milliseconds. */
  connectDeadlineMs?: number;
}

// Replies keep the shapes every ioredis version knows, so the option that changes them is left alone.
type ConnectionOptions = Omit<RedisOptions, "replyMapping" | "protocol">;

const MAX_RETRY_DELAY_MS = 2_000;

/** Delay before reconnecting: doubles from 50 ms up to 2 s, then half of it at random so that clients spread out. */
export function reconnectDelayMs(attempt: number, random = Math.random): number {
  const delay = Math.min(MAX_RETRY_DELAY_MS, 50 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(delay / 2 + (random() * delay) / 2);
}

/**
 * Opens a connection and waits until it is usable. Afterwards it reconnects for ever, and logs one line when an
 * outage begins and one when it ends.
 * @throws DeadlineError when Redis was not usable within `connectDeadlineMs`; the reason is its `cause`
 */
export async function openRedis(options: OpenRedisOptions): Promise<RedisClient> {
  const { url, mode, role, log, connectDeadlineMs = 10_000 } = options;
  const client = createClient(parseRedisTarget(url, mode), connectionOptions(options), role);
  const outage = logOutages(client, log.child({ redis: maskCredentials(url), role }));
  const ready = Promise.withResolvers<void>();
  client.once("ready", ready.resolve);
  try {
    await withDeadline(ready.promise, connectDeadlineMs, `connecting to Redis at ${maskCredentials(url)}`);
    return client;
  } catch (error) {
    client.disconnect();
    if (error instanceof DeadlineError) error.cause = outage.lastError();
    throw error;
  }
}

/** Lets pending replies arrive, then closes; cuts the connection when Redis does not answer in time. */
export async function closeRedis(client: RedisClient, deadlineMs = 1_000): Promise<void> {
  try {
    if (client.status === "ready") await withDeadline(client.quit(), deadlineMs, "closing Redis");
  } catch {
    // Redis is gone or hangs: there is nothing left to wait for.
  } finally {
    client.disconnect();
  }
}

function connectionOptions({ role, name, commandTimeoutMs = 2_000 }: OpenRedisOptions): ConnectionOptions {
  const common: ConnectionOptions = {
    retryStrategy: (attempt) => reconnectDelayMs(attempt),
    connectTimeout: 5_000,
    // A peer that hangs does not answer the closing handshake either.
    disconnectTimeout: 500,
    ...(name === undefined ? {} : { connectionName: name }),
  };
  if (role === "worker" || role === "subscriber") return { ...common, maxRetriesPerRequest: null };
  return {
    ...common,
    commandTimeout: commandTimeoutMs,
    // A timed-out command stays in the connection's list of awaited replies. Dropping a connection that gives no
    // sign of life keeps that list short, and makes further commands fail at once instead of one timeout later.
    socketTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    // What was sent when the connection broke fails now. Sent again later it would act after its caller was informed
    // that it failed.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };
}

function createClient(target: RedisTarget, options: ConnectionOptions, role: RedisRole): RedisClient {
  const secured: ConnectionOptions = {
    ...options,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: {} } : {}),
  };
  if (target.mode === "single") return new Redis({ ...secured, ...target.node, db: target.db });
  if (target.mode === "sentinel") {
    return new Redis({
      ...secured,
      sentinels: target.sentinels,
      name: target.master,
      sentinelRetryStrategy: (attempt) => reconnectDelayMs(attempt),
      // Learns of a failover from the sentinels instead of waiting for the old master's connection to break.
      failoverDetector: true,
      Connector: FailoverConnector,
      ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
      ...(target.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    });
  }
  if (role === "subscriber") return nodeSubscriber(target.nodes, secured);
  const { retryStrategy: _perNode, enableOfflineQueue = true, ...perNode } = secured;
  return new Cluster(target.nodes, {
    redisOptions: perNode,
    enableOfflineQueue,
    clusterRetryStrategy: (attempt) => reconnectDelayMs(attempt),
    slotsRefreshTimeout: 2_000,
  });
}

/**
 * A connection to one node of a cluster, which receives what is published on any of them. The cluster client's own
 * subscriber moves to another node without an event, and what is published meanwhile is missed unnoticed.
 */
function nodeSubscriber(nodes: readonly { host: string; port: number }[], options: ConnectionOptions): Redis {
  const client: Redis = new Redis({
    ...options,
    ...nodes[0],
    retryStrategy(attempt) {
      // The next connection takes these options: a node that stays away is not waited for.
      Object.assign(client.options, nodes[attempt % nodes.length]);
      return reconnectDelayMs(attempt);
    },
  });
  return client;
}

/** One line when an outage begins, one when it ends; every further error in between would only repeat it. */
function logOutages(client: RedisClient, log: Logger): { lastError: () => unknown } {
  let since: number | undefined;
  let lastError: unknown;
  const begin = (err: unknown): void => {
    lastError = err ?? lastError;
    if (since !== undefined) return;
    since = performance.now();
    log.error({ err }, "redis connection lost");
  };
  client.on("error", begin);
  client.on("reconnecting", () => begin(lastError));
  client.on("ready", () => {
    if (since !== undefined) log.info({ downMs: Math.round(performance.now() - since) }, "redis connection restored");
    since = undefined;
  });
  return { lastError: () => lastError };
}
