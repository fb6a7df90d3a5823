import { setTimeout as delay } from "node:timers/promises";
import type { MatchStore } from "@touchline/cache";
import type { Logger } from "@touchline/platform";

export interface ForgetOptions {
  readonly store: MatchStore;
  /** Milliseconds after the last event, or the kick-off, whichever is later. */
  readonly unfinishedTtlMs: number;
  readonly intervalMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Matches looked at in one round. */
const BATCH = 200;

/**
 * Deletes matches that were never played to an end: postponed, abandoned, never whistled. Those that are over expire by
 * themselves. A match of which something was heard within the time lives on, whenever it was to kick off.
 */
export function startForgetting(options: ForgetOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = loop(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function loop(options: ForgetOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await forgetUnfinished(options);
    } catch (err) {
      options.log.warn({ err }, "unfinished matches not looked at; the next round tries again");
    }
    await delay(options.intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns ids of the matches that were deleted */
export async function forgetUnfinished({
  store,
  unfinishedTtlMs,
  now,
  log,
}: Omit<ForgetOptions, "intervalMs">): Promise<string[]> {
  const before = now() - unfinishedTtlMs;
  const forgotten: string[] = [];
  for (const matchId of await store.listedBefore(before, BATCH)) {
    const { state, log: events, version } = await store.truth(matchId);
    const heard = Math.max(0, ...[...events.values()].map(({ occurredAt }) => Date.parse(occurredAt)));
    if (version === 0 || state.over || heard >= before) continue;
    if (!(await store.delete(matchId, { at: now(), ...namesOf(state.fixture) }))) continue;
    forgotten.push(matchId);
    log.info({ matchId }, "match forgotten: it was never played to its end");
  }
  return forgotten;
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
