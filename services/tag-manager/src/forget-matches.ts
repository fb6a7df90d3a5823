import type { MatchStore } from "@touchline/cache";
import type { Logger } from "@touchline/platform";
import type { LostLogs } from "./lost-logs.ts";
import { repeat } from "./repeat.ts";

export interface ForgetOptions {
  readonly store: MatchStore;
  /** Milliseconds after the last event, or the kick-off, whichever is later. */
  readonly unfinishedTtlMs: number;
  readonly intervalMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  readonly lostLogs: LostLogs;
}

/** Matches listed in one round trip. */
const BATCH = 200;

/**
 * Deletes matches that were never played to an end: postponed, abandoned, never whistled. Those that are over expire by
 * themselves. A match of which an event happened within the time lives on, whenever it was to kick off.
 */
export function startForgetting(options: ForgetOptions): { stop(): Promise<void> } {
  return repeat({
    intervalMs: options.intervalMs,
    task: async (signal) => void (await forgetUnfinished(options, signal)),
    onError: (err) => options.log.warn({ err }, "unfinished matches not looked at; the next round tries again"),
  });
}

/** Walks all matches that are old enough, or until `signal` stops it. @returns ids of the matches that were deleted */
export async function forgetUnfinished(
  options: Omit<ForgetOptions, "intervalMs">,
  signal?: AbortSignal,
): Promise<string[]> {
  const { store, unfinishedTtlMs, now, lostLogs } = options;
  const before = now() - unfinishedTtlMs;
  const forgotten: string[] = [];
  // Those that live on stay in the list, before those that are still to be looked at.
  for (let living = 0; !signal?.aborted;) {
    const matchIds = await store.listedBefore(before, { offset: living, limit: BATCH });
    for (const matchId of matchIds) {
      const isForgotten = await forgetIfUnfinished(options, matchId, before).catch((err: unknown) => {
        // A match that has lost its log does not keep the round from the others.
        if (!lostLogs.met(err, matchId, performance.now())) throw err;
        return false;
      });
      if (isForgotten) forgotten.push(matchId);
      else living++;
    }
    if (matchIds.length < BATCH) break;
  }
  return forgotten;
}

async function forgetIfUnfinished(
  { store, now, log }: Pick<ForgetOptions, "store" | "now" | "log">,
  matchId: string,
  before: number,
): Promise<boolean> {
  const truth = await store.truth(matchId);
  const { state, log: events } = truth;
  const reportedAt = Math.max(0, ...[...events.values()].map(({ occurredAt }) => Date.parse(occurredAt)));
  if (truth.version === 0 || state.over || reportedAt >= before) return false;
  // Not when an event has been applied since: it says that the match goes on.
  if (!(await store.delete(matchId, { at: now(), ...namesOf(state.fixture) }, truth))) return false;
  log.info({ matchId }, "match forgotten: it was never played to its end");
  return true;
}

interface Named {
  readonly home: string;
  readonly away: string;
  readonly kickoff: string;
}

/** What a note of a match says of its fixture. */
export function namesOf(fixture: Named | null): { home: string | null; away: string | null; kickoff: string | null } {
  return { home: fixture?.home ?? null, away: fixture?.away ?? null, kickoff: fixture?.kickoff ?? null };
}
