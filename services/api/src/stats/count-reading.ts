import type { StatCounter } from "@touchline/cache";
import { kickoffZoneOf, stakesOf, volatilityLimit } from "@touchline/domain";
import type { Reading } from "../predictions/read-until-servable.ts";
import { worstOf } from "../predictions/serving-decision.ts";

export type StatDeltas = Readonly<Partial<Record<StatCounter, number>>>;

/** What one read of predictions adds to the shared counters. What each of them means: `docs/metrics.md`. */
export function countReading({ snapshot, decisions, served, now }: Reading): StatDeltas {
  const { state } = snapshot;
  const limit = volatilityLimit(state.volatility, stakesOf(state.fixture), now);
  const zone = kickoffZoneOf(state, now);
  const bypassed = limit.waitForFresh && served !== "hit";
  return {
    total_requests: 1,
    ...servedCounters(decisions, served === "hit"),
    ...(bypassed ? { cache_bypass_vix: 1, strategy_bypass: 1 } : served === "hit" ? {} : { strategy_compute: 1 }),
    [VIX_COUNTERS[limit.level]]: 1,
    ...(zone ? { [`golden_hour_${zone}`]: 1, golden_hour_total: 1 } : {}),
  };
}

const VIX_COUNTERS = { normal: "vix_normal", warning: "vix_warning_detected", panic: "vix_panic_detected" } as const;

function servedCounters(decisions: Reading["decisions"], fromCache: boolean): StatDeltas {
  const tooStale = decisions.some(({ reason }) => reason === "too_stale") ? { swr_too_stale: 1 } : {};
  switch (worstOf(decisions)) {
    case "fresh":
    case "settled":
      return fromCache
        ? { cache_hit_fresh: 1, swr_served_fresh: 1, strategy_serve_fresh: 1 }
        : { cache_miss: 1, swr_served_fresh: 1 };
    case "stale":
      return {
        cache_hit_stale: 1,
        swr_served_stale: 1,
        ...(fromCache ? { strategy_serve_stale: 1 } : {}),
        ...tooStale,
      };
    case "suspended":
    case "missing":
      return { cache_miss: 1, ...tooStale };
  }
}

/** A read that could not be answered. */
export const FAILED_READ: StatDeltas = { total_requests: 1, cache_errors: 1 };
/** A read for which nothing has been predicted yet. */
export const MISSED_READ: StatDeltas = { total_requests: 1, cache_miss: 1 };
