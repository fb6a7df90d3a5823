import { matchKeys } from "./keys.ts";
import { walkMatchIds } from "./match-index.ts";
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

/** What the script says of a match without truth. */
const GONE = -2;

/** Yields every match that needs attention, walking the whole index in bounded batches. */
export async function* sweepMatches(redis: StoreRedis, prefix: string, patience: Patience): AsyncGenerator<Finding> {
  for await (const matchIds of walkMatchIds(redis, prefix)) {
    const ages = await Promise.all(
      matchIds.map(async (matchId) => {
        const { refresh } = matchKeys(prefix, matchId);
        return runScript(redis, script, [refresh], [patience.dueMs, patience.leaseMs]) as Promise<number>;
      }),
    );
    for (const [index, matchId] of matchIds.entries()) {
      const ageMs = ages[index] ?? -1;
      if (ageMs >= 0) yield { matchId, kind: "overdue", ageMs };
      else if (ageMs === GONE) yield { matchId, kind: "gone" };
    }
  }
}
