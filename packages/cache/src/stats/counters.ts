/** Categories in which the counters are read and reset. */
export const STAT_CATEGORIES = ["vix", "golden_hour", "swr", "tagmanager", "strategy", "performance"] as const;
export type StatCategory = (typeof STAT_CATEGORIES)[number];

/** Every counter that is added to, by category. `docs/metrics.md` says what each means. */
export const COUNTERS = {
  vix: ["vix_panic_detected", "vix_warning_detected", "vix_normal", "cache_bypass_vix"],
  golden_hour: [
    "golden_hour_warmup",
    "golden_hour_golden",
    "golden_hour_active",
    "golden_hour_prematch",
    "golden_hour_standard",
    "golden_hour_total",
  ],
  swr: ["swr_served_stale", "swr_served_fresh", "swr_too_stale", "swr_background_success", "swr_background_error"],
  tagmanager: [
    "surgical_invalidation",
    "full_invalidation",
    "markets_affected_logical",
    "cache_keys_deleted_actual",
    "markets_preserved",
  ],
  strategy: ["strategy_bypass", "strategy_compute", "strategy_serve_stale", "strategy_serve_fresh"],
  performance: [
    "total_requests",
    "cache_hit_fresh",
    "cache_hit_stale",
    "cache_miss",
    "cache_errors",
    "compute_calls",
    "xfetch_triggers",
  ],
} as const satisfies Record<StatCategory, readonly string[]>;

export type StatCounter = (typeof COUNTERS)[StatCategory][number];

const categoryOf: ReadonlyMap<string, StatCategory> = new Map(
  STAT_CATEGORIES.flatMap((category) => COUNTERS[category].map((counter) => [counter, category])),
);

export function statCategoryOf(counter: StatCounter): StatCategory {
  return categoryOf.get(counter) ?? "performance";
}

/** Quantities that are averaged: each is kept as a sum and a count. */
export const AVERAGED = { latency_ms: "performance", cpu_saved_pct: "tagmanager" } as const;
export type Averaged = keyof typeof AVERAGED;

/** Hash of one category's counters, summed over all processes since its last reset. */
export function statsKey(prefix: string, category: StatCategory): string {
  return `${prefix}:stats:${category}`;
}

/** Hash of the settings for counting, which all processes read. */
export function statsConfigKey(prefix: string): string {
  return `${prefix}:stats:config`;
}
