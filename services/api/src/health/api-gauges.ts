import { statesByKickoff } from "@touchline/cache";
import { stakesOf, VOLATILITY_LEVELS, volatilityLimit } from "@touchline/domain";
import { matchStatusOf } from "../matches/match-status.ts";
import type { ApiContext } from "../api-context.ts";
import { readRedisHealth } from "./redis-health.ts";
import { SharedLook } from "./shared-look.ts";

const ROLES = ["store", "queue"] as const;
/** One scrape asks once, whatever the number of gauges that need the answer. */
const GOOD_FOR_MS = 1_000;
/** Reading every live match costs more than a scrape should. */
const MATCHES_GOOD_FOR_MS = 10_000;
const MAX_LIVE = 1_000;
const LONGEST_MATCH_MS = 6 * 60 * 60 * 1000;
const EARLIEST_START_MS = 60 * 60 * 1000;
/** A scrape is answered within its own deadline even when Redis hangs. */
const DEADLINE_MS = 1_000;

type GaugedContext = Pick<
  ApiContext,
  "registry" | "redis" | "queues" | "store" | "config" | "watermark" | "l1" | "now" | "monotonic"
>;

/**
 * Gauges that are looked up at each scrape. What cannot be seen is NaN, which no comparison of an alert takes for a
 * value.
 */
export function registerGauges(context: GaugedContext): void {
  redisGauges(context);
  queueGauges(context);
  matchGauges(context);
  const { registry, l1 } = context;
  registry.gauge("l1_bytes", {
    help: "Memory of this process for answers and snapshots, by estimate. At L1_MAX_BYTES the least used are dropped.",
    labels: { kind: ["answers", "snapshots"] },
    collect(gauge) {
      gauge.set({ kind: "answers" }, l1.answers.bytes);
      gauge.set({ kind: "snapshots" }, l1.cache.bytes);
    },
  });
}

function redisGauges({ registry, redis, config, monotonic }: GaugedContext): void {
  const deadlineMs = Math.min(config.REDIS_TIMEOUT_MS, DEADLINE_MS);
  const look = new SharedLook({
    what: "looking at Redis",
    look: async () => Promise.all(ROLES.map(async (role) => readRedisHealth(redis[role], role, deadlineMs))),
    deadlineMs: 2 * deadlineMs,
    goodForMs: GOOD_FOR_MS,
    monotonic,
  });
  type Health = Awaited<ReturnType<typeof readRedisHealth>>;
  const gauge = (name: string, help: string, valueOf: (health: Health) => number | null): void => {
    registry.gauge(name, {
      help,
      labels: { role: ROLES },
      async collect(it) {
        const healths = await look.read();
        for (const [index, role] of ROLES.entries()) {
          const health = healths?.[index];
          it.set({ role }, health ? (valueOf(health) ?? NaN) : NaN);
        }
      },
    });
  };
  gauge("redis_up", "1 while the Redis of the role answers this process.", ({ answers }) => (answers ? 1 : 0));
  gauge("redis_memory_bytes", "Memory that the Redis of the role uses.", ({ usedBytes }) => usedBytes);
  gauge("redis_memory_limit_bytes", "Its maxmemory; 0: no limit.", ({ maxBytes }) => maxBytes);
  gauge(
    "redis_policy_wrong",
    "1 while its eviction policy may drop what must not be lost.",
    ({ policy, policyProblem }) => (policy === null ? null : policyProblem === null ? 0 : 1),
  );
  gauge("redis_disk_failing", "1 while its last write to disk failed.", ({ answers, diskProblem }) =>
    answers ? (diskProblem === null ? 0 : 1) : null,
  );
  gauge("redis_latency_seconds", "Time of one round trip to it, from this process.", ({ pingMs }) =>
    pingMs === null ? null : pingMs / 1000,
  );
}

function queueGauges({ registry, queues, config, watermark, now, monotonic }: GaugedContext): void {
  const look = new SharedLook({
    what: "looking at the queues",
    look: async () => queues.figures(),
    deadlineMs: Math.min(config.REDIS_TIMEOUT_MS, DEADLINE_MS),
    goodForMs: GOOD_FOR_MS,
    monotonic,
  });
  type Figures = Awaited<ReturnType<typeof queues.figures>>;
  const gauge = (name: string, help: string, valueOf: (figures: Figures) => number): void => {
    registry.gauge(name, {
      help,
      async collect(it) {
        const figures = await look.read();
        it.set(figures ? valueOf(figures) : NaN);
      },
    });
  };
  gauge(
    "refreshes_waiting",
    "Refresh jobs that no worker has taken. A rise: too few workers.",
    ({ waiting }) => waiting,
  );
  gauge("refreshes_active", "Refresh jobs under way.", ({ active }) => active);
  gauge("oldest_waiting_refresh_seconds", "Age of the refresh job that waits longest; 0: none waits.", ({ oldestAt }) =>
    oldestAt === undefined ? 0 : Math.max(0, now() - oldestAt) / 1000,
  );
  gauge("dead_letters", "Jobs that could not be understood, or failed for good.", ({ deadLetters }) => deadLetters);
  registry.gauge("oldest_waiting_event_seconds", {
    help: "Age of the accepted event that waits longest, as of the last look; 0: none waits. Nothing while blind.",
    collect(it) {
      const { isBlind, behindMs } = watermark.summary();
      it.set(isBlind ? NaN : behindMs / 1000);
    },
  });
}

function matchGauges({ registry, store, config, now, monotonic }: GaugedContext): void {
  const look = new SharedLook({
    what: "looking at the live matches",
    look: async () => {
      const at = now();
      const range = { from: at - LONGEST_MATCH_MS, to: at + EARLIEST_START_MS, limit: MAX_LIVE };
      const states = await statesByKickoff(store.redis, config.KEY_PREFIX, range);
      return states
        .filter((state) => matchStatusOf(state) === "live")
        .map((state) => volatilityLimit(state.volatility, stakesOf(state.fixture), at).level);
    },
    deadlineMs: config.REDIS_TIMEOUT_MS,
    goodForMs: MATCHES_GOOD_FOR_MS,
    monotonic,
  });
  registry.gauge("live_matches", {
    help: `Matches in play by volatility level; of those that kicked off in the last 6 hours, ${MAX_LIVE} at most.`,
    labels: { level: VOLATILITY_LEVELS },
    async collect(gauge) {
      const levels = await look.read();
      for (const level of VOLATILITY_LEVELS)
        gauge.set({ level }, levels ? levels.filter((each) => each === level).length : NaN);
    },
  });
}
