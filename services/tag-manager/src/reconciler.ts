import { setTimeout as delay } from "node:timers/promises";
import { type Finding, type Patience, type StoreRedis, sweepMatches, unlistMatch } from "@touchline/cache";
import type { Heartbeat, Logger } from "@touchline/platform";
import { type RefreshBacklog, enqueueRefresh, type Urgency, urgencyOf } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface ReconcilerOptions {
  readonly store: StoreRedis;
  readonly prefix: string;
  readonly refreshQueue: Queue;
  /** What can wait and is not admitted is left for a later sweep. */
  readonly backlog: RefreshBacklog;
  readonly intervalMs: number;
  readonly patience: Patience;
  readonly log: Logger;
  readonly metrics: TagManagerMetrics;
  readonly heartbeat: Heartbeat;
}

/**
 * Rings again for whatever is still due: rings that were lost, workers that died, adds that the queue swallowed.
 * Several may run at once; a doorbell is deduplicated, so they only ring the same bell.
 *
 * Bound: what is due is rung at most `patience + interval` after it became due, and after a worker's death at most
 * `lease + interval` after its begin.
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
  /** Ends the sweep before its end. */
  readonly signal?: AbortSignal;
  readonly heartbeat?: Pick<Heartbeat, "beat">;
}

/** Walks every listed match once, or until it is to stop. @returns how many doorbells were rung */
export async function sweepOnce(
  { store, prefix, refreshQueue, backlog, patience, log, metrics }: Omit<ReconcilerOptions, "intervalMs" | "heartbeat">,
  { signal, heartbeat }: SweepOptions = {},
): Promise<number> {
  let rung = 0;
  for await (const finding of sweepMatches(store, prefix, patience)) {
    if (signal?.aborted) break;
    // Ringing for thousands takes its time, and is no reason to be restarted: those at the end would never be reached.
    heartbeat?.beat();
    if (finding.kind === "gone") {
      await unlistMatch(store, prefix, finding.matchId, Date.now());
      continue;
    }
    if (finding.canWait && !(await backlog.admits())) {
      metrics.shed();
      continue;
    }
    await enqueueRefresh(refreshQueue, finding.matchId, urgencyFor(finding));
    metrics.rang("reconciler");
    log.debug({ matchId: finding.matchId, ageMs: finding.ageMs }, "rang again");
    rung++;
  }
  return rung;
}

/** Having waited makes no match more urgent than one in play: after a deploy or a refit all others wait at once. */
function urgencyFor({ canWait, state }: Extract<Finding, { kind: "overdue" }>): Urgency {
  if (canWait) return "revalidate";
  return state ? urgencyOf(state) : "live";
}
