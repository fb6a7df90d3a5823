import { setTimeout as delay } from "node:timers/promises";
import type { Finding, Patience, MatchStore } from "@touchline/cache";
import type { Heartbeat, Logger } from "@touchline/platform";
import { type RefreshBacklog, enqueueRefresh, type Urgency, urgencyOf } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface ReconcilerOptions {
  readonly store: MatchStore;
  readonly refreshQueue: Queue;
  /** Bounds background refreshes: what it does not admit is left for a later sweep. */
  readonly backlog: RefreshBacklog;
  readonly intervalMs: number;
  readonly patience: Patience;
  /** Wall-clock milliseconds, by which a match that has long been played is taken out of the list. */
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: TagManagerMetrics;
  readonly heartbeat: Heartbeat;
}

/**
 * Enqueues a refresh again for each match that is still due: a job was lost, a worker died, the queue swallowed an add.
 * Several reconcilers may run at once: refresh jobs are deduplicated by match.
 *
 * Bound: a refresh is enqueued at most `patience + interval` after the match became due, and after a worker's death at
 * most `lease + interval` after that worker began. Add the duration of one sweep to each bound.
 */
export function startReconciler(options: ReconcilerOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = loop(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function loop(options: ReconcilerOptions, signal: AbortSignal): Promise<void> {
  const { intervalMs, heartbeat, log } = options;
  while (!signal.aborted) {
    try {
      await sweepOnce(options, { signal, heartbeat });
    } catch (err) {
      log.warn({ err }, "sweep failed; the next one tries again");
    }
    heartbeat.beat();
    await delay(intervalMs, undefined, { signal }).catch(() => undefined);
  }
  heartbeat.stop();
}

interface SweepOptions {
  /** Stops the sweep early. */
  readonly signal?: AbortSignal;
  readonly heartbeat?: Pick<Heartbeat, "beat">;
}

/** Walks every listed match once, or until `signal` stops it. @returns how many refreshes were enqueued */
export async function sweepOnce(
  { store, refreshQueue, backlog, patience, now, log, metrics }: Omit<ReconcilerOptions, "intervalMs" | "heartbeat">,
  { signal, heartbeat }: SweepOptions = {},
): Promise<number> {
  let enqueued = 0;
  for await (const finding of store.sweep(patience)) {
    if (signal?.aborted) break;
    // A sweep over thousands of matches may outlast the health check. A restart would never reach the last of them.
    heartbeat?.beat();
    if (finding.kind === "gone") {
      await store.unlist(finding.matchId, now());
      continue;
    }
    if (finding.isBackground && !(await backlog.admits())) {
      metrics.shed();
      continue;
    }
    await enqueueRefresh(refreshQueue, finding.matchId, urgencyFor(finding));
    metrics.enqueued("reconciler");
    log.debug({ matchId: finding.matchId, ageMs: finding.ageMs }, "refresh enqueued again");
    enqueued++;
  }
  return enqueued;
}

/** A long wait never makes a match more urgent than one in play: after a deploy or a refit all matches wait at once. */
function urgencyFor({ isBackground, state }: Extract<Finding, { kind: "overdue" }>): Urgency {
  if (isBackground) return "revalidate";
  return state ? urgencyOf(state) : "live";
}
