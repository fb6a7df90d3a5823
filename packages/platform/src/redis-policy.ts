import { Cluster } from "ioredis";
import { withDeadline } from "./deadline.ts";
import type { Logger } from "./log.ts";
import type { RedisClient } from "./redis.ts";

type DataRole = "store" | "queue";

/** Thrown in production when Redis could evict what must not be lost. */
export class EvictionPolicyError extends Error {
  override readonly name = "EvictionPolicyError";
}

interface EvictionPolicyOptions {
  role: DataRole;
  /** Refuse in production, warn elsewhere. */
  production: boolean;
  log: Logger;
  deadlineMs?: number;
}

/**
 * What is wrong with an eviction policy, or undefined.
 * BullMQ's keys reference each other, so none may vanish. The store's truth has no expiry, so a policy that evicts
 * only keys with one takes predictions, which are recomputed, and never facts.
 */
export function evictionProblem(role: DataRole, policy: string): string | undefined {
  if (policy === "noeviction") return undefined;
  if (role === "store" && policy.startsWith("volatile-")) return undefined;
  const allowed = role === "queue" ? "noeviction" : "noeviction or volatile-*";
  return `the ${role} role needs maxmemory-policy ${allowed}, but Redis runs ${policy}`;
}

/**
 * Checks every master behind `client`. Reads `INFO memory`, because managed servers forbid `CONFIG`.
 * @throws EvictionPolicyError in production when some server's policy is wrong for the role
 */
export async function checkEvictionPolicy(client: RedisClient, options: EvictionPolicyOptions): Promise<void> {
  const { role, production, log, deadlineMs = 5_000 } = options;
  const servers = client instanceof Cluster ? client.nodes("master") : [client];
  const infos = await withDeadline(
    Promise.all(servers.map((server) => server.info("memory"))),
    deadlineMs,
    "reading INFO memory",
  );
  for (const info of infos) {
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? "an unknown policy";
    const problem = evictionProblem(role, policy);
    if (problem === undefined) continue;
    if (production) throw new EvictionPolicyError(`${problem}; set it with: CONFIG SET maxmemory-policy noeviction`);
    log.warn({ role, policy }, "redis may evict what must not be lost; production would refuse to start");
  }
}
