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
  remember(redis, asking);
  asking.catch(() => {
    if (known.get(redis) === asking) known.delete(redis);
  });
  return asking;
}

/**
 * Asks the server again. Steps that are applied meanwhile go by what was known before: should that be wrong, they are
 * refused, and they need not wait.
 */
export async function askHistoryAgain(redis: StoreRedis): Promise<void> {
  if (redis instanceof Cluster) return;
  const history = await ask(redis);
  remember(redis, Promise.resolve(history));
}

function remember(redis: Redis, history: Promise<string>): void {
  known.set(redis, history);
  if (watched.has(redis)) return;
  watched.add(redis);
  redis.on("close", () => known.delete(redis));
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
