import type { MatchState } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import { walkMatchIds } from "../matches/match-index.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { parseState } from "../reads/snapshot.ts";

const script = loadScript("reconcile");

export interface Patience {
  /** How long something may be due before the doorbell is rung again, milliseconds. */
  readonly dueMs: number;
  /** How long a refresh may be under way before its worker counts as gone, milliseconds. */
  readonly leaseMs: number;
}

/** A match whose refresh has been waiting too long, or whose truth has expired. */
export type Finding = { readonly matchId: string } & (
  | {
      readonly kind: "overdue";
      readonly ageMs: number;
      /** No event asks for it, and whoever does was served meanwhile. */
      readonly canWait: boolean;
      readonly state: MatchState | undefined;
    }
  | { readonly kind: "gone" }
);

/** What the script says of a match without truth. */
const GONE = -2;

/** How long something of the match has waited too long, in milliseconds; -1 when all is well, `GONE` without truth. */
async function overdueOf(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  patience: Patience,
): Promise<{ readonly ageMs: number; readonly canWait: boolean; readonly state: string | undefined }> {
  const { refresh, match } = matchKeys(prefix, matchId);
  const reply = await runScript(redis, script, [refresh, match], [patience.dueMs, patience.leaseMs]);
  const [ageMs, canWait = 0, state] = reply as [ageMs: number, canWait?: number, state?: string | null];
  return { ageMs, canWait: canWait === 1, state: state ?? undefined };
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
      const { ageMs, canWait, state } = found[index] ?? { ageMs: -1, canWait: true, state: undefined };
      if (ageMs >= 0) yield { matchId, kind: "overdue", ageMs, canWait, state: state ? parseState(state) : undefined };
      else if (ageMs === GONE) yield { matchId, kind: "gone" };
    }
  }
}
