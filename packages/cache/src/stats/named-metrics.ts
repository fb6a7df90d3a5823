import { COUNTER_HELP } from "./counter-help.ts";
import type { Averaged, StatCounter } from "./counters.ts";
import { RecentFigures } from "./recent-figures.ts";

/** The part of a process's metrics that is used here. Names go without the common prefix. */
interface MetricsOfProcess {
  counter(name: string, options: { help: string }): { inc(by?: number): void };
  gauge(name: string, options: { help: string; collect: (gauge: { set(value: number): void }) => void }): unknown;
}

/** Hears of all that a process adds to the named counters. */
export interface StatsListener {
  add(this: void, counter: StatCounter, count: number): void;
  observe(this: void, what: Averaged, value: number): void;
}

interface NamedMetricsOptions {
  /** Counters that this kind of process adds to. Others are never registered, so that no kind shows zeros for ever. */
  readonly counters: readonly StatCounter[];
  readonly averaged: readonly Averaged[];
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/**
 * The named counters of one process as Prometheus metrics: what is counted as `cache_miss` is also
 * `touchline_cache_miss_total`. A reset of the shared sums leaves these alone, because a counter of Prometheus may only
 * rise. Means, extremes and shares are gauges over the last one to two minutes.
 */
export function openNamedMetrics(
  metrics: MetricsOfProcess,
  { counters, averaged, monotonic }: NamedMetricsOptions,
): StatsListener {
  const recent = new RecentFigures(monotonic);
  const rising = new Map(
    counters.map((counter) => [counter, metrics.counter(metricNameOf(counter), { help: COUNTER_HELP[counter] })]),
  );
  const gauge = (name: string, help: string, read: () => number): unknown =>
    metrics.gauge(name, { help: `${help} Over the last one to two minutes.`, collect: (it) => it.set(read()) });
  if (averaged.includes("latency_ms")) {
    gauge("avg_latency_seconds", "Mean duration of sampled reads.", () => recent.mean("latency_ms") / 1000);
    gauge("max_latency_seconds", "Longest of the sampled reads.", () => recent.most("latency_ms") / 1000);
    gauge("min_latency_seconds", "Shortest of the sampled reads.", () => recent.least("latency_ms") / 1000);
  }
  if (averaged.includes("cpu_saved_pct"))
    gauge(
      "avg_cpu_saved_ratio",
      "Share of a full refresh's compute time that refreshes saved.",
      () => recent.mean("cpu_saved_pct") / 100,
    );
  if (rising.has("total_requests"))
    gauge("hit_rate_ratio", "Share of reads answered from what was there, fresh or stale.", () =>
      share(recent, ["cache_hit_fresh", "cache_hit_stale"], ["total_requests"]),
    );
  if (rising.has("vix_normal"))
    gauge("vix_panic_rate_ratio", "Share of answered reads that met a panicking match.", () =>
      share(recent, ["vix_panic_detected"], ["vix_panic_detected", "vix_warning_detected", "vix_normal"]),
    );
  return {
    add(counter, count) {
      rising.get(counter)?.inc(count);
      recent.add(counter, count);
    },
    observe: (what, value) => recent.observe(what, value),
  };
}

/** `cache_miss` is `cache_miss_total`; a name that says `total` already stays as it is. */
function metricNameOf(counter: StatCounter): string {
  return counter.endsWith("_total") ? counter : `${counter}_total`;
}

function share(recent: RecentFigures, part: readonly StatCounter[], whole: readonly StatCounter[]): number {
  const sum = (names: readonly StatCounter[]): number => names.reduce((total, name) => total + recent.count(name), 0);
  return sum(part) / sum(whole);
}
