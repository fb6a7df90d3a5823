import type { ApiContext } from "../api-context.ts";
import { askRedis } from "../redis/outage.ts";
import { Access } from "./access.ts";
import { FailedAttempts } from "./failed-attempts.ts";
import { KeyRing } from "./key-ring.ts";
import { Limits } from "./limits.ts";

type Opened = Pick<ApiContext, "access" | "ring" | "attempts" | "limits">;

/** Opens what says who may do what, and how often. */
export async function openIdentity({
  config,
  redis,
  log,
  metrics,
  now,
  monotonic,
}: Pick<ApiContext, "config" | "redis" | "log" | "metrics" | "now" | "monotonic">): Promise<Opened> {
  const { KEY_PREFIX: prefix, REDIS_TIMEOUT_MS: deadlineMs } = config;
  const ring = await KeyRing.open({
    redis: redis.store,
    prefix,
    configured: config.API_KEYS,
    ask: async (what, run) => askRedis("store", what, deadlineMs, run),
    now,
    log,
  });
  const limits = new Limits({
    redis: redis.store,
    prefix,
    perMinute: {
      read: config.READS_PER_MINUTE,
      publish: config.PUBLISHES_PER_MINUTE,
      operate: config.OPERATIONS_PER_MINUTE,
      attempts: config.ATTEMPTS_PER_MINUTE,
    },
    limited: (of) => metrics.limited(of),
  });
  const attempts = new FailedAttempts({ limits, log, failed: (what) => metrics.attemptFailed(what), monotonic });
  const access = new Access({ ring, attempts, limits, log, forbidden: () => metrics.forbade() });
  return { access, ring, attempts, limits };
}
