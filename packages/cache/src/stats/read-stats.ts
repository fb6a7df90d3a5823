import type { StoreRedis } from "../script.ts";
import { COUNTERS, STAT_CATEGORIES, type StatCategory, statsConfigKey, statsKey } from "./counters.ts";

export type Stats = Readonly<Record<string, number>>;

/** Sums over all processes since the last reset, by category, with what is derived from them. */
export async function readStats(
  redis: StoreRedis,
  prefix: string,
  categories: readonly StatCategory[] = STAT_CATEGORIES,
): Promise<Partial<Record<StatCategory, Stats>>> {
  const read = await Promise.all(
    categories.map(async (category): Promise<[StatCategory, Stats]> => {
      const raw = await redis.hgetall(statsKey(prefix, category));
      const counted = Object.fromEntries(COUNTERS[category].map((counter) => [counter, Number(raw[counter] ?? 0)]));
      return [category, { ...counted, ...DERIVED[category]?.(raw, counted) }];
    }),
  );
  return Object.fromEntries(read);
}

/** Starts the category's counters at zero again. Prometheus' own counters only ever rise and are left alone. */
export async function resetStats(
  redis: StoreRedis,
  prefix: string,
  categories: readonly StatCategory[] = STAT_CATEGORIES,
): Promise<void> {
  await Promise.all(categories.map(async (category) => redis.del(statsKey(prefix, category))));
}

/** Share of durations that every process is to measure from its next look on. What is counted stays the same. */
export async function setSampling(redis: StoreRedis, prefix: string, rate: number): Promise<void> {
  await redis.hset(statsConfigKey(prefix), "sampling", String(rate));
}

type Raw = Readonly<Record<string, string>>;

const DERIVED: Partial<Record<StatCategory, (raw: Raw, counted: Stats) => Stats>> = {
  vix: (_raw, { vix_panic_detected: panic = 0, vix_warning_detected: warning = 0, vix_normal: normal = 0 }) => ({
    vix_panic_rate_pct: percent(panic, panic + warning + normal),
  }),
  tagmanager: (raw) => ({ avg_cpu_saved_pct: mean(raw, "cpu_saved_pct") }),
  performance: (raw, { cache_hit_fresh: fresh = 0, cache_hit_stale: stale = 0, total_requests: total = 0 }) => ({
    avg_latency_ms: mean(raw, "latency_ms"),
    max_latency_ms: Number(raw["latency_ms_max"] ?? 0),
    min_latency_ms: Number(raw["latency_ms_min"] ?? 0),
    hit_rate_pct: percent(fresh + stale, total),
  }),
};

function mean(raw: Raw, what: string): number {
  const count = Number(raw[`${what}_count`] ?? 0);
  return count > 0 ? Number(raw[`${what}_sum`] ?? 0) / count : 0;
}

function percent(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0;
}
