import type { MatchState } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import { walkMatchIds } from "../matches/match-index.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { parseState } from "../reads/snapshot.ts";

const script = loadScript("reconcile");

export interface Patience {
  /** How long something may be due before a refresh is enqueued again, milliseconds. */
  readonly dueMs: number;
  /** How long a refresh may be under way before its worker counts as gone, milliseconds. */
  readonly leaseMs: number;
}

/** A match whose refresh has been waiting too long, or whose truth has expired. */
export type Finding = { readonly matchId: string } & (
  | {
      readonly kind: "overdue";
      readonly ageMs: number;
      /** Only background requests wait: no event and no blocking request. */
      readonly isBackground: boolean;
      readonly state: MatchState | undefined;
    }
  | { readonly kind: "gone" }
);

/** The script's reply for a match without truth. */
const GONE = -2;

/**
 * For how long something of the match has waited, when that is too long, in milliseconds; -1 when it is not, `GONE`
 * without truth.
 */
async function overdueOf(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  patience: Patience,
): Promise<{ readonly ageMs: number; readonly isBackground: boolean; readonly state: string | undefined }> {
  const { refresh, match } = matchKeys(prefix, matchId);
  const reply = await runScript(redis, script, [refresh, match], [patience.dueMs, patience.leaseMs]);
  const [ageMs, isBackground = 0, state] = reply as [ageMs: number, isBackground?: number, state?: string | null];
  return { ageMs, isBackground: isBackground === 1, state: state ?? undefined };
}

/** Whether something of the match has waited too long. */
export async function isOverdue(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  patience: Patience,
): Promise<boolean> {
  return (await overdueOf(redis, prefix, matchId, patience)).ageMs >= 0;
}

/** Yields every match that needs attention, walking the whole index in bounded batches. */
export async function* sweepMatches(redis: StoreRedis, prefix: string, patience: Patience): AsyncGenerator<Finding> {
  for await (const matchIds of walkMatchIds(redis, prefix)) {
    const found = await Promise.all(matchIds.map(async (matchId) => overdueOf(redis, prefix, matchId, patience)));
    for (const [index, matchId] of matchIds.entries()) {
      const { ageMs, isBackground, state } = found[index] ?? { ageMs: -1, isBackground: true, state: undefined };
      if (ageMs >= 0)
        yield { matchId, kind: "overdue", ageMs, isBackground, state: state ? parseState(state) : undefined };
      else if (ageMs === GONE) yield { matchId, kind: "gone" };
    }
  }
}
