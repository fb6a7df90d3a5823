import type { Finding, Patience } from "@touchline/cache";
import type { Heartbeat, Logger } from "@touchline/platform";
import { type RefreshBacklog, enqueueRefresh, type Urgency, urgencyOf } from "@touchline/queue";
import type { Queue } from "bullmq";
import type { LostLogs } from "./lost-logs.ts";
import { type RenewDependencies, renewMatch } from "./renew-match.ts";
import { repeat } from "./repeat.ts";
import type { TagManagerMetrics } from "./tag-manager-metrics.ts";

export interface ReconcilerOptions extends RenewDependencies {
  readonly refreshQueue: Queue;
  /** Bounds background refreshes: what it does not admit is left for a later sweep. */
  readonly backlog: RefreshBacklog;
  readonly intervalMs: number;
  readonly patience: Patience;
  readonly log: Logger;
  readonly metrics: TagManagerMetrics;
  readonly lostLogs: LostLogs;
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
  const { intervalMs, heartbeat, log } = options;
  const sweeping = repeat({
    intervalMs,
    async task(signal) {
      try {
        await sweepOnce(options, { signal, heartbeat });
      } finally {
        heartbeat.beat();
      }
    },
    onError: (err) => log.warn({ err }, "sweep failed; the next one tries again"),
  });
  return {
    async stop() {
      await sweeping.stop();
      heartbeat.stop();
    },
  };
}

interface SweepOptions {
  /** Stops the sweep early. */
  readonly signal?: AbortSignal | undefined;
  readonly heartbeat?: Pick<Heartbeat, "beat"> | undefined;
}

/** Walks every listed match once, or until `signal` stops it. @returns how many refreshes were enqueued */
export async function sweepOnce(
  options: Omit<ReconcilerOptions, "intervalMs" | "heartbeat">,
  { signal, heartbeat }: SweepOptions = {},
): Promise<number> {
  const { store, refreshQueue, backlog, patience, now, log, metrics } = options;
  // A server that was demoted and promoted again may have kept its connections.
  await store.askHistoryAgain();
  await wholeIndex(options, { signal, heartbeat });
  let enqueued = 0;
  for await (const finding of store.sweep(patience)) {
    if (signal?.aborted) break;
    // A sweep over thousands of matches may outlast the health check. A restart would never reach the last of them.
    heartbeat?.beat();
    if (finding.kind === "gone") {
      await store.forgetLeftovers(finding.matchId);
      await store.unlist(finding.matchId, now());
      continue;
    }
    if (finding.kind === "unproven") {
      if (await renewed(options, finding)) enqueued++;
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

/** Lists every match again when the index of matches is lost: what is not listed is never reconciled. */
export async function wholeIndex(
  { store, now, log, metrics }: Pick<ReconcilerOptions, "store" | "now" | "log" | "metrics">,
  { signal, heartbeat }: SweepOptions = {},
): Promise<void> {
  if (await store.isIndexWhole()) return;
  let matches = 0;
  for await (const found of store.rebuildIndex(now())) {
    if (signal?.aborted) return;
    heartbeat?.beat();
    matches += found;
  }
  metrics.indexRebuilt();
  // An empty store has lost nothing: it is a new one.
  if (matches === 0) return log.info("the list of matches has been begun");
  log.warn({ matches }, "the list of matches was made again from their keys: it was lost, or its server failed over");
}

/**
 * Renews a match whose history or truth is not proven, and enqueues its refresh. One that cannot be renewed does not
 * keep the sweep from the others. @returns whether a refresh was enqueued
 */
async function renewed(
  options: Pick<ReconcilerOptions, "store" | "refreshQueue" | "log" | "metrics" | "lostLogs" | keyof RenewDependencies>,
  { matchId, refusal, epoch }: Extract<Finding, { kind: "unproven" }>,
): Promise<boolean> {
  const { refreshQueue, log, metrics, lostLogs } = options;
  try {
    if (!(await renewMatch(options, matchId, refusal, epoch))) return false;
  } catch (err) {
    if (lostLogs.met(err, matchId, performance.now())) return false;
    throw err;
  }
  log.warn({ matchId, refusal }, "match renewed: its history or its truth was not proven");
  await enqueueRefresh(refreshQueue, matchId, "live");
  metrics.enqueued("reconciler");
  return true;
}

/** A long wait never makes a match more urgent than one in play: after a deploy or a refit all matches wait at once. */
function urgencyFor({ isBackground, state }: Extract<Finding, { kind: "overdue" }>): Urgency {
  if (isBackground) return "revalidate";
  return state ? urgencyOf(state) : "live";
}
