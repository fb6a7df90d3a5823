import type { HealthSnapshot } from "@touchline/contract";
import type { Found } from "./diagnose.ts";

/** Share of a memory limit from which on it is short. */
const SHORT = 0.9;

/** What is wrong with the two roles of Redis, causes first. */
export function findInRedis(snapshot: HealthSnapshot): Found[] {
  const { store, queue, matches, changesArrive } = snapshot;
  const silent = silence(snapshot);
  if (silent) return [silent];
  return [
    ...(["queue", "store"] as const).flatMap((role) => [...disk(snapshot, role), ...policy(snapshot, role)]),
    ...(["queue", "store"] as const).flatMap((role) => memory(snapshot, role)),
    ...(matches && matches.listed === 0 && matches.mostListed > 0 ? [emptied(matches.mostListed)] : []),
    ...(!changesArrive && store.answers && queue.answers ? [changesLost] : []),
  ];
}

function silence({ store, queue }: HealthSnapshot): Found | undefined {
  if (!store.answers && !queue.answers)
    return {
      code: "redis-silent",
      gravity: "down",
      sentence:
        "Redis does not answer, in both its roles: what is in memory is served as stale for a while, then nothing.",
      action: "See whether Redis runs, is frozen or still loads its data: redis-cli ping. Restart or unfreeze it.",
    };
  if (!store.answers)
    return {
      code: "store-silent",
      gravity: "down",
      sentence: "The store Redis does not answer: what is in memory is served as stale for a while, then nothing.",
      action: "See whether the Redis of STORE_REDIS_URL runs, is frozen or still loads its data: redis-cli ping.",
    };
  if (!queue.answers)
    return {
      code: "queue-silent",
      gravity: "down",
      sentence: "The queue Redis does not answer: events cannot be accepted, and nothing is called fresh.",
      action: "See whether the Redis of QUEUE_REDIS_URL runs, is frozen or still loads its data: redis-cli ping.",
    };
  return undefined;
}

function disk(snapshot: HealthSnapshot, role: "store" | "queue"): Found[] {
  const { diskProblem } = snapshot[role];
  if (diskProblem === null) return [];
  return [
    {
      code: "disk-full",
      gravity: "down",
      sentence: `The ${role} Redis cannot write to its disk (${diskProblem}), so it refuses ${
        role === "queue" ? "new events" : "new predictions"
      }.`,
      action: "Free space on its disk, or repair it. Redis takes writes again by itself.",
    },
  ];
}

function policy(snapshot: HealthSnapshot, role: "store" | "queue"): Found[] {
  const { policyProblem } = snapshot[role];
  if (policyProblem === null) return [];
  return [
    {
      code: "eviction-policy",
      gravity: "watch",
      sentence: `Redis may throw away what must not be lost: ${policyProblem}.`,
      action: "Set it: redis-cli CONFIG SET maxmemory-policy noeviction, and in the server's configuration.",
    },
  ];
}

function memory(snapshot: HealthSnapshot, role: "store" | "queue"): Found[] {
  const { usedBytes, maxBytes } = snapshot[role];
  if (usedBytes === null || !maxBytes || usedBytes < maxBytes * SHORT) return [];
  return [
    {
      code: "memory-short",
      gravity: "trouble",
      sentence: `The ${role} Redis uses ${Math.round((usedBytes / maxBytes) * 100)} % of the memory that it may use.`,
      action: "Raise its maxmemory, or see what fills it: redis-cli --bigkeys.",
    },
  ];
}

function emptied(before: number): Found {
  return {
    code: "store-emptied",
    gravity: "down",
    sentence: `The store is empty: it held ${before} ${before === 1 ? "match" : "matches"}, and now it holds none.`,
    action: "Find out who emptied it, restore it from its backup, or publish fixtures and events again.",
  };
}

const changesLost: Found = {
  code: "changes-lost",
  gravity: "trouble",
  sentence:
    "Changes do not reach this api: it answers from the store alone, which is slower, and its streams stand still.",
  action: "See whether the store Redis lets it subscribe (its user's channels), and whether connections are cut.",
};
