import { type Fold, foldLog, MatchEvent, NOTHING_FOLDED } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import type { StoreRedis } from "../script.ts";

/** A match as the store knows it. Version 0 means that nothing is known yet. */
export interface MatchTruth extends Fold {
  readonly version: number;
}

export const UNKNOWN_MATCH: MatchTruth = { ...NOTHING_FOLDED, version: 0 };

/**
 * Reads a match's log and version in one transaction and folds it.
 * @throws Error when the log holds something that is no event: truth must not be guessed
 */
export async function readTruth(redis: StoreRedis, prefix: string, matchId: string): Promise<MatchTruth> {
  const keys = matchKeys(prefix, matchId);
  const replies = await redis.multi().hget(keys.match, "version").hgetall(keys.log).exec();
  const [version, log] = (replies ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
  if (typeof version !== "string") return UNKNOWN_MATCH;
  const events = new Map<string, MatchEvent>();
  for (const [key, text] of Object.entries(log as Record<string, string>)) {
    const event = MatchEvent.safeParse(JSON.parse(text));
    if (!event.success)
      throw new Error(`log of match ${matchId} holds an invalid event ${key}`, {
        cause: event.error,
      });
    events.set(key, event.data);
  }
  return { ...foldLog(events), version: Number(version) };
}
