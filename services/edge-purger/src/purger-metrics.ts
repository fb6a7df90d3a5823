import type { Metrics } from "@touchline/platform";
import { RESET_REASONS, type ResetReason } from "./changes/change-source.ts";
import type { EdgePurger } from "./edge-purger.ts";
import { type Outcome, OUTCOMES } from "./purge-queue.ts";
import { type Adapter, ADAPTERS } from "./targets/purge-target.ts";

export interface PurgerMetrics {
  purged(adapter: Adapter, outcome: Outcome, keys: number): void;
  reset(reason: ResetReason): void;
  /** The gauges are read from `purger` from now on. */
  watch(purger: EdgePurger): void;
}

export function createPurgerMetrics(registry: Metrics): PurgerMetrics {
  let watched: EdgePurger | undefined;
  const purges = registry.counter("edge_purges_total", {
    help: "keys by what became of their purge; failed ones are repeated",
    labels: { adapter: ADAPTERS, outcome: OUTCOMES },
  });
  const resets = registry.counter("edge_resets_total", {
    help: "times that everything was purged; a rise of gap or reconnect means an unsteady connection",
    labels: { reason: RESET_REASONS },
  });
  const labels = { adapter: ADAPTERS };
  const used = (adapter: Adapter) => watched?.queues.filter(({ target }) => target.adapter === adapter) ?? [];
  registry.gauge("edge_behind_seconds", {
    help: "age of the oldest change that has not been purged; a rise means that caches may show old answers",
    labels,
    collect(gauge) {
      for (const adapter of ADAPTERS)
        gauge.set({ adapter }, Math.max(0, ...used(adapter).map((queue) => watched?.behindMs(queue) ?? 0)) / 1_000);
    },
  });
  registry.gauge("edge_queue_length", {
    help: "keys that wait to be purged; a rise means that a target is slow or gone",
    labels,
    collect(gauge) {
      for (const adapter of ADAPTERS)
        gauge.set(
          { adapter },
          used(adapter).reduce((sum, { length }) => sum + length, 0),
        );
    },
  });
  return {
    purged: (adapter, outcome, keys) => purges.inc({ adapter, outcome }, keys),
    reset: (reason) => resets.inc({ reason }),
    watch(purger) {
      watched = purger;
    },
  };
}
