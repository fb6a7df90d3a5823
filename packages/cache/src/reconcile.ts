import { matchIndexKey, matchKeys } from "./keys.ts";
import { loadScript, runScript, type StoreRedis } from "./script.ts";

const script = loadScript("reconcile");

export interface Patience {
  /** How long something may be due before the doorbell is rung again, milliseconds. */
  readonly dueMs: number;
  /** How long a refresh may be under way before its worker counts as gone, milliseconds. */
  readonly leaseMs: number;
}

/** A match whose refresh has been waiting too long, or whose truth has expired. */
export type Finding = { readonly matchId: string } & (
  | { readonly kind: "overdue"; readonly ageMs: number }
  | { readonly kind: "gone" }
);

/** Matches asked about in one go. */
const BATCH = 200;
/** What the script says of a match without truth. */
const GONE = -2;

/** Yields every match that needs attention, walking the whole index in bounded batches. */
export async function* sweepMatches(redis: StoreRedis, prefix: string, patience: Patience): AsyncGenerator<Finding> {
  for (let from = 0; ; from += BATCH) {
    const matchIds = await redis.zrange(matchIndexKey(prefix), String(from), String(from + BATCH - 1));
    const ages = await Promise.all(
      matchIds.map(async (matchId) => {
        const keys = matchKeys(prefix, matchId);
        return runScript(redis, script, [keys.refresh], [patience.dueMs, patience.leaseMs]) as Promise<number>;
      }),
    );
    for (const [index, matchId] of matchIds.entries()) {
      const ageMs = ages[index] ?? -1;
      if (ageMs >= 0) yield { matchId, kind: "overdue", ageMs };
      else if (ageMs === GONE) yield { matchId, kind: "gone" };
    }
    if (matchIds.length < BATCH) return;
  }
}
