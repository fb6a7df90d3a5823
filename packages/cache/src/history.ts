import { Cluster, type Redis } from "ioredis";
import type { StoreRedis } from "./script.ts";

/** What a cluster's scripts take for "ask your own node": each slot has a master of its own. */
export const ASK_YOUR_NODE = "?";

const known = new WeakMap<Redis, Promise<string>>();
/** Connections whose end is listened for. */
const watched = new WeakSet<Redis>();

/**
 * Replication id of the server behind `redis`, as last asked: another one means that the server's history may have been
 * broken, by a promotion, a restart or an older snapshot. Empty where the server does not tell, `ASK_YOUR_NODE` on a
 * cluster.
 *
 * It is forgotten whenever the connection closes. A server that is demoted and promoted again without closing it is
 * found by `askHistoryAgain`.
 */
export async function historyOf(redis: StoreRedis): Promise<string> {
  if (redis instanceof Cluster) return ASK_YOUR_NODE;
  const asked = known.get(redis);
  if (asked) return asked;
  const asking = ask(redis);
  known.set(redis, asking);
  if (!watched.has(redis)) {
    watched.add(redis);
    redis.on("close", () => known.delete(redis));
  }
  asking.catch(() => {
    if (known.get(redis) === asking) known.delete(redis);
  });
  return asking;
}

/** Has the next `historyOf` ask the server. */
export function askHistoryAgain(redis: StoreRedis): void {
  if (!(redis instanceof Cluster)) known.delete(redis);
}

const REPLICATION_ID = /^master_replid:([0-9a-f]{40})\r?$/m;

async function ask(redis: Redis): Promise<string> {
  try {
    return REPLICATION_ID.exec(await redis.info("replication"))?.[1] ?? "";
  } catch (error) {
    // A user that may not ask works without: then only the beginning of a log makes an epoch.
    if (error instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.message)) return "";
    throw error;
  }
}
