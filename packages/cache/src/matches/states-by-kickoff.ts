import type { MatchState } from "@touchline/domain";
import { INDEX_MARK, matchIndexKey, matchKeys } from "../keys.ts";
import { parseState } from "../reads/snapshot.ts";
import type { StoreRedis } from "../script.ts";

/** Matches read at a time: others get their turn in between. */
const BATCH = 100;

/**
 * States of the listed matches that kick off between two moments, wall-clock milliseconds, the earliest first, at most
 * `limit`. Matches without truth are left out.
 */
export async function statesByKickoff(
  redis: StoreRedis,
  prefix: string,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<MatchState[]> {
  const members = await redis.zrange(matchIndexKey(prefix), String(from), String(to), "BYSCORE", "LIMIT", 0, limit);
  const ids = members.filter((member) => !member.startsWith(INDEX_MARK));
  const states: MatchState[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH);
    const found = await Promise.all(batch.map(async (id) => redis.hget(matchKeys(prefix, id).match, "state")));
    for (const text of found) if (text) states.push(parseState(text));
  }
  return states;
}
