import { foldOn, type MatchState, watchedEvents } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { enqueueRefresh, urgencyOf } from "@touchline/queue";
import type { Queue } from "bullmq";
import { applyChange, type ApplyDependencies } from "../apply-change.ts";
import type { LostLogs } from "../lost-logs.ts";
import { repeat } from "../repeat.ts";
import type { TagManagerMetrics } from "../tag-manager-metrics.ts";

export interface WatchSourcesOptions extends ApplyDependencies {
  readonly refreshQueue: Queue;
  readonly governed: GovernedMatches;
  readonly intervalMs: number;
  readonly log: Logger;
  readonly lostLogs: LostLogs;
  readonly metrics: Pick<TagManagerMetrics, "timePassed" | "enqueued">;
}

/** Events that one look may write for one match. What is left over is written at the next. */
const MAX_EVENTS = 50;
/** Matches that other tag-managers have been informed of are found by walking all of them so often. */
const WALK_MS = 60_000;

/** Matches that several sources report under a policy: only they are looked at. */
export class GovernedMatches {
  readonly #matchIds = new Set<string>();

  note(matchId: string, { sources, over }: MatchState): void {
    if (sources && !(over && sources.awaited.length === 0)) this.#matchIds.add(matchId);
    else this.#matchIds.delete(matchId);
  }

  all(): string[] {
    return [...this.#matchIds];
  }

  drop(matchId: string): void {
    this.#matchIds.delete(matchId);
  }
}

/**
 * Writes into the logs of governed matches what follows from time alone: sources that have fallen silent or report
 * again, and reports whose confirmation nobody waits for any longer. Several tag-managers may watch at once: they write
 * the same.
 */
export function startWatchingSources(options: WatchSourcesOptions): { stop(): Promise<void> } {
  let walkedAt = -Infinity;
  return repeat({
    intervalMs: options.intervalMs,
    async task(signal) {
      if (performance.now() - walkedAt >= WALK_MS) {
        await findGoverned(options, signal);
        walkedAt = performance.now();
      }
      await watchOnce(options, signal);
    },
    onError: (err) => options.log.warn({ err }, "sources not looked at; the next look tries again"),
  });
}

/** Looks at each governed match once, or until `signal` stops it. @returns how many events were written */
export async function watchOnce(options: WatchSourcesOptions, signal?: AbortSignal): Promise<number> {
  let written = 0;
  for (const matchId of options.governed.all()) {
    if (signal?.aborted) break;
    try {
      written += await watchMatch(options, matchId);
    } catch (err) {
      // A match that has lost its log does not keep the look from the others.
      if (!options.lostLogs.met(err, matchId, performance.now())) throw err;
    }
  }
  return written;
}

async function watchMatch(options: WatchSourcesOptions, matchId: string): Promise<number> {
  const { governed, refreshQueue, truths, metrics, log, now } = options;
  for (let written = 0; written < MAX_EVENTS; written++) {
    let type = "";
    const applied = await applyChange(options, matchId, (truth) => {
      governed.note(matchId, truth.state);
      const [event] = watchedEvents(matchId, truth, now());
      if (!event) return undefined;
      type = event.type;
      const fold = foldOn(truth, event);
      return fold === truth ? undefined : { event, fold };
    });
    if (applied.outcome === "duplicate") return written;
    metrics.timePassed(type);
    log.info({ matchId, type }, "written into the log: time has passed");
    const { touched, clockMoved, panicMoved } = applied.plan;
    if (touched.length === 0 && !clockMoved && !panicMoved) continue;
    const state = truths.get(matchId)?.state;
    await enqueueRefresh(refreshQueue, matchId, state ? urgencyOf(state) : "live");
    metrics.enqueued("event");
  }
  return MAX_EVENTS;
}

/** Finds the matches whose events other tag-managers apply, or applied before this one started. */
async function findGoverned({ store, governed }: WatchSourcesOptions, signal: AbortSignal): Promise<void> {
  for await (const matchIds of store.walkMatchIds())
    for (const matchId of matchIds) {
      if (signal.aborted) return;
      const state = await store.state(matchId);
      if (state) governed.note(matchId, state);
      else governed.drop(matchId);
    }
}
