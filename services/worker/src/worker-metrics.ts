import { MATCH_PHASES, PRIMITIVE_IDS } from "@touchline/domain";
import { type StatsRecorder, WIDENING_SOURCES, type WideningSource } from "@touchline/cache";
import { EVENT_SECONDS, type Metrics } from "@touchline/platform";
import { ComputeCosts } from "./compute-costs.ts";
import type { RefreshOutcome } from "@touchline/refresh";

const OUTCOMES = ["committed", "nothing_due", "unknown_match", "incomplete", "failed", "rejected"] as const;
const COMMITS = ["stored", "extended", "overtaken", "late", "settled", "foreign"] as const;

/** What a worker counts. */
export interface WorkerMetrics {
  finished(result: RefreshOutcome, seconds: number): void;
  failed(kind: "failed" | "rejected"): void;
  /** Counts a refresh of the match as running; call the result when it ends. */
  running(matchId: string): () => void;
  /** A market was found to read a fact that nobody had declared. */
  widened(source: WideningSource): void;
  /** Refreshes that are running now. */
  runningNow(): number;
}

/** Counts for Prometheus, and for the sums that all processes share. */
export function createWorkerMetrics(metrics: Metrics, stats: Pick<StatsRecorder, "add" | "observe">): WorkerMetrics {
  const costs = new ComputeCosts();
  const jobs = metrics.counter("refresh_jobs_total", {
    help: "Refresh jobs by how they ended. A rise of failed means predictions stay stale.",
    labels: { outcome: OUTCOMES },
  });
  const predictions = metrics.counter("predictions_committed_total", {
    help: "Predictions by what the commit made of them. A rise of late means workers are stopped or overloaded, one of foreign that the store has failed over or was emptied.",
    labels: { result: COMMITS },
  });
  const overlaps = metrics.counter("compute_overlaps_total", {
    help: "Refreshes of a match begun while this process was refreshing it already. Rises only after a lost lock.",
  });
  const seconds = metrics.histogram("refresh_seconds", {
    help: "From taking a refresh job to its commit.",
  });
  const sinceStep = metrics.histogram("event_apply_to_commit_seconds", {
    help: "From the step that made something due to the commit of its refresh. A rise means readers meet stale prices longer.",
    labels: { severity: ["soft", "hard"], phase: MATCH_PHASES },
    buckets: [...EVENT_SECONDS],
  });
  const computing = metrics.histogram("compute_seconds", {
    help: "Time spent on one primitive in one refresh.",
    labels: { primitive: PRIMITIVE_IDS },
    buckets: [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.1, 1],
  });
  const widenings = metrics.counter("graph_widenings_total", {
    help: "Facts that a market was found to read without being declared. A rise means that the manifest is not complete.",
    labels: { source: WIDENING_SOURCES },
  });
  const underWay = new Map<string, number>();
  let runningNow = 0;
  return {
    finished(result, took) {
      jobs.inc({ outcome: result.outcome });
      seconds.observe(took);
      if (result.outcome !== "committed") return;
      stats.add("compute_calls");
      if (result.requested) stats.add("swr_background_success");
      const saved = costs.savedPct(result.computeMs, result.openPrimitives);
      if (saved !== undefined) stats.observe("cpu_saved_pct", saved);
      if (result.sinceStep) {
        const { seconds: waited, severity, phase } = result.sinceStep;
        sinceStep.observe({ severity, phase }, waited);
      }
      for (const name of COMMITS) predictions.inc({ result: name }, result.commit[name]);
      for (const [primitive, ms] of result.computeMs) computing.observe({ primitive }, ms / 1000);
    },
    failed(kind) {
      jobs.inc({ outcome: kind });
      stats.add("swr_background_error");
    },
    widened: (source) => widenings.inc({ source }),
    running(matchId) {
      const others = underWay.get(matchId) ?? 0;
      if (others > 0) overlaps.inc();
      underWay.set(matchId, others + 1);
      runningNow++;
      return () => {
        runningNow--;
        const left = (underWay.get(matchId) ?? 1) - 1;
        if (left > 0) underWay.set(matchId, left);
        else underWay.delete(matchId);
      };
    },
    runningNow: () => runningNow,
  };
}
