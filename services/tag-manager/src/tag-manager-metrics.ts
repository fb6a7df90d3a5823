import type { StatsRecorder, Unproven } from "@touchline/cache";
import {
  type AwaitedReport,
  DISAGREEMENTS,
  EVENT_WARNINGS,
  eventKey,
  type EventWarning,
  MATCH_PHASES,
  matchPhaseOf,
  type MatchState,
  STEP_SEVERITIES,
  stepSeverityOf,
} from "@touchline/domain";
import { EVENT_SECONDS, type Metrics } from "@touchline/platform";
import type { Applied } from "./apply-change.ts";

export interface TagManagerMetrics {
  /** An event job is done. */
  handled(outcome: Applied["outcome"], seconds: number): void;
  /** A step was made, or found to change nothing, for one event or for several. */
  stepped(result: Applied): void;
  /** How long the events of a step were on their way from the queue's acceptance to it. */
  tookMs(waits: readonly number[], result: Applied, state: MatchState | undefined): void;
  /** So many events shared the step of another one. */
  coalesced(events: number): void;
  /** An event was put back because too many of its match wait. */
  deferred(): void;
  rejected(): void;
  postponed(): void;
  conflict(): void;
  /** An event contradicts another of its identity and revision. */
  contradicted(): void;
  /** An event has no effect, or not the one that was meant. */
  warned(warning: EventWarning["code"]): void;
  enqueued(reason: "event" | "reconciler"): void;
  /** The state of a match changed by one step: what its sources disagree on is counted. */
  compared(before: MatchState, after: MatchState): void;
  /** An event of that type was written because time had passed. */
  timePassed(type: string): void;
  /** A background refresh was not enqueued: workers are too far behind. */
  shed(): void;
  /** An event that its producer had delayed far into the future was released. */
  released(): void;
  /** A match was made anew from its log. */
  renewed(refusal: Unproven): void;
  /** The list of matches was made again from their keys. */
  indexRebuilt(): void;
  /** An event or a sweep met a match whose log is lost. */
  truthIncomplete(): void;
  /** So many samples for verification were lost. */
  samplesLost(samples: number): void;
}

const LONGEST_WAY_SECONDS = 3_600;

const WATCHED_TYPES = ["source_silent", "source_back", "confirmation_lapsed"] as const;

const keyOf = ({ source, id }: AwaitedReport): string => eventKey({ source, id });

const REFUSALS = ["other_history", "incomplete"] as const satisfies readonly Unproven[];

/** Counts for Prometheus, and for the sums that all processes share. */
export function createTagManagerMetrics(metrics: Metrics, stats: Pick<StatsRecorder, "add">): TagManagerMetrics {
  const events = metrics.counter("events_handled_total", {
    help: "Match events taken from the queue, by what became of them. accepted = applied + duplicate + rejected + waiting.",
    labels: { outcome: ["applied", "duplicate", "rejected"] },
  });
  const retries = metrics.counter("event_retries_total", {
    help: "Events put back because the store failed. A rise means the store is in trouble.",
  });
  const coalesced = metrics.counter("events_coalesced_total", {
    help: "Prices applied in the step of another price of their match. A rise means that prices come faster than steps.",
  });
  const deferred = metrics.counter("events_deferred_total", {
    help: "Events put back because too many of their match wait. A rise means that one match is flooded.",
  });
  const conflicts = metrics.counter("apply_conflicts_total", {
    help: "Steps folded again because another process was faster.",
  });
  const warnings = metrics.counter("event_warnings_total", {
    help: "Events that have no effect, or not the one that was meant, by what is wrong. conflict: two contents of one revision.",
    labels: { warning: EVENT_WARNINGS },
  });
  const enqueues = metrics.counter("refresh_enqueues_total", {
    help: "Refreshes enqueued. A rise of reconciler means that jobs or workers were lost.",
    labels: { reason: ["event", "reconciler"] },
  });
  const shed = metrics.counter("refresh_shed_total", {
    help: "Background refreshes that the reconciler left for later, because too many waited. Rises under overload only.",
  });
  const released = metrics.counter("events_released_total", {
    help: "Events released although their producer had asked for a long delay. A rise: a producer uses options that make no sense.",
  });
  const renewals = metrics.counter("matches_renewed_total", {
    help: "Matches made anew from their log: the store has failed over or restarted, or a key of the match was lost.",
    labels: { reason: REFUSALS },
  });
  const rebuilds = metrics.counter("match_index_rebuilds_total", {
    help: "Times the list of matches was made again: at the first start, after a failover, and when it was lost.",
  });
  const incomplete = metrics.counter("truth_incomplete_total", {
    help: "Events and sweeps that met a match whose log is lost. Nothing can be made of it until it is sent again.",
  });
  const lostSamples = metrics.counter("verification_samples_lost_total", {
    help: "Samples that no worker verified: too many waited. Costs nothing but comparisons; a steady rise means busy workers.",
  });
  const disagreements = metrics.counter("source_disagreements_total", {
    help: "Happenings on which several sources of a match came to disagree. A rise means that one of them is wrong or late.",
    labels: { about: DISAGREEMENTS },
  });
  const suspensions = metrics.counter("source_suspensions_total", {
    help: "Reports of a source that suspended markets until its authority confirmed them.",
  });
  const passed = metrics.counter("source_watch_events_total", {
    help: "Written because time had passed: silences of sources, their ends, and waits that ended without a confirmation.",
    labels: { type: WATCHED_TYPES },
  });
  const seconds = metrics.histogram("event_apply_seconds", {
    help: "From taking an event job, waiting for its match included, to its applied step and enqueued refresh.",
  });
  const accepted = metrics.histogram("event_accept_to_apply_seconds", {
    help: "From the queue's acceptance of an event to its applied step. A rise means too few tag-managers or a slow store.",
    labels: { severity: STEP_SEVERITIES, phase: MATCH_PHASES },
    buckets: [...EVENT_SECONDS],
  });
  return {
    handled(outcome, took) {
      events.inc({ outcome });
      seconds.observe(took);
    },
    stepped(result) {
      if (result.outcome === "duplicate") return;
      const { plan } = result;
      const logical = plan.touched.length + plan.settled.length;
      if (logical > 0) stats.add(plan.preserved > 0 ? "surgical_invalidation" : "full_invalidation");
      stats.add("markets_affected_logical", logical);
      stats.add("cache_keys_deleted_actual", result.actual);
      stats.add("markets_preserved", plan.preserved);
    },
    tookMs(waits, result, state) {
      if (result.outcome === "duplicate" || !state) return;
      const labels = { severity: stepSeverityOf(result.plan), phase: matchPhaseOf(state) };
      // The producer's clock may be ahead of this one, or years behind.
      for (const ms of waits) accepted.observe(labels, Math.min(LONGEST_WAY_SECONDS, Math.max(0, ms / 1000)));
    },
    coalesced: (count) => coalesced.inc(count),
    deferred: () => deferred.inc(),
    rejected: () => events.inc({ outcome: "rejected" }),
    postponed: () => retries.inc(),
    conflict: () => conflicts.inc(),
    contradicted: () => warnings.inc({ warning: "conflict" }),
    warned: (warning) => warnings.inc({ warning }),
    enqueued: (reason) => enqueues.inc({ reason }),
    compared({ sources: before }, { sources: after }) {
      if (!after) return;
      for (const about of DISAGREEMENTS) {
        const more = after.disagreed[about] - (before?.disagreed[about] ?? 0);
        if (more > 0) disagreements.inc({ about }, more);
      }
      const known = new Set(before?.awaited.map(keyOf));
      suspensions.inc(after.awaited.filter((report) => !known.has(keyOf(report))).length);
    },
    timePassed(type) {
      const known = WATCHED_TYPES.find((each) => each === type);
      if (known) passed.inc({ type: known });
    },
    shed: () => shed.inc(),
    released: () => released.inc(),
    renewed: (reason) => renewals.inc({ reason }),
    indexRebuilt: () => rebuilds.inc(),
    truthIncomplete: () => incomplete.inc(),
    samplesLost: (samples) => lostSamples.inc(samples),
  };
}
