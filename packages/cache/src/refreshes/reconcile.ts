import type { MatchState } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import { walkMatchIds } from "../matches/match-index.ts";
import type { Unproven } from "../events/apply-step.ts";
import { historyOf } from "../history.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { parseState } from "../reads/snapshot.ts";

const script = loadScript("reconcile");

export interface Patience {
  /** How long something may be due before a refresh is enqueued again, milliseconds. */
  readonly dueMs: number;
  /** How long a refresh may be under way before its worker counts as gone, milliseconds. */
  readonly leaseMs: number;
}

/** A match whose refresh has been waiting too long, or whose truth has expired or is not proven. */
export type Finding = { readonly matchId: string } & (
  | {
      readonly kind: "overdue";
      readonly ageMs: number;
      /** Only background requests wait: no event and no blocking request. */
      readonly isBackground: boolean;
      readonly state: MatchState | undefined;
    }
  /** `unproven`: it has to be renewed, unless it is of another epoch by then. */
  | { readonly kind: "unproven"; readonly refusal: Unproven; readonly epoch: string }
  | { readonly kind: "gone" }
);

/** The script's replies for a match without truth, and for one whose truth is not proven. */
const GONE = -2;
const UNPROVEN: Readonly<Record<number, Unproven>> = { [-3]: "other_history", [-4]: "incomplete" };

/**
 * For how long something of the match has waited, when that is too long, in milliseconds; -1 when it is not, less
 * without truth or when that is not proven. Then the epoch stands in the place of the state.
 */
async function overdueOf(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  patience: Patience,
): Promise<{ readonly ageMs: number; readonly isBackground: boolean; readonly state: string | undefined }> {
  const { match, log, facts, required, settled, refresh, touched, feed } = matchKeys(prefix, matchId);
  const keys = [match, log, facts, required, settled, refresh, touched, feed];
  const reply = await runScript(redis, script, keys, [patience.dueMs, patience.leaseMs, await historyOf(redis)]);
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
      else {
        const refusal = UNPROVEN[ageMs];
        if (refusal) yield { matchId, kind: "unproven", refusal, epoch: state ?? "" };
      }
    }
  }
}
