import type { RedisHealth } from "@touchline/contract";
import { evictionProblem, type RedisClient, withDeadline } from "@touchline/platform";
import { Cluster } from "ioredis";

const UNKNOWN: RedisHealth = {
  answers: false,
  pingMs: null,
  usedBytes: null,
  maxBytes: null,
  policy: null,
  policyProblem: null,
  appendOnly: null,
  diskProblem: null,
  version: null,
};

/**
 * What one Redis says of itself; of a cluster, the worst of its masters. Never rejects: a server that refuses, or is
 * silent beyond the deadline, does not answer.
 */
export async function readRedisHealth(
  client: RedisClient,
  role: "store" | "queue",
  deadlineMs: number,
): Promise<RedisHealth> {
  try {
    const servers = client instanceof Cluster ? client.nodes("master") : [client];
    const began = performance.now();
    const infos = await withDeadline(
      Promise.all(servers.map(async (server) => server.info())),
      deadlineMs,
      `reading INFO of the ${role}`,
    );
    const pingMs = Math.round((performance.now() - began) * 10) / 10;
    const all = infos.map((info) => redisHealthOf(info, role, pingMs));
    return all.find(({ diskProblem, policyProblem }) => diskProblem ?? policyProblem) ?? all[0] ?? UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** @param info the text of `INFO` */
export function redisHealthOf(info: string, role: "store" | "queue", pingMs: number): RedisHealth {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const count = (name: string): number | null => (field(name) === undefined ? null : Number(field(name)));
  const policy = field("maxmemory_policy") ?? null;
  const appendOnly = field("aof_enabled");
  return {
    answers: true,
    pingMs,
    usedBytes: count("used_memory"),
    maxBytes: count("maxmemory"),
    policy,
    policyProblem: policy === null ? null : (evictionProblem(role, policy) ?? null),
    appendOnly: appendOnly === undefined ? null : appendOnly === "1",
    diskProblem: diskProblemOf(field),
    version: field("redis_version") ?? field("valkey_version") ?? null,
  };
}

function diskProblemOf(field: (name: string) => string | undefined): string | null {
  const failed = (name: string): boolean => field(name) !== undefined && field(name) !== "ok";
  if (failed("aof_last_write_status")) return "the last write to its append-only file failed";
  if (failed("aof_last_bgrewrite_status")) return "the last rewrite of its append-only file failed";
  if (failed("rdb_last_bgsave_status")) return "the last snapshot to its disk failed";
  return null;
}
