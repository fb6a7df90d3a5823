import { MatchEvent } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import type { StoreRedis } from "../script.ts";

/**
 * What a match's log holds under `keys` (see `eventKey`), in their order; undefined where it holds nothing.
 * One round trip. An unreadable event counts as absent: whoever asks will send it again.
 */
export async function readLoggedEvents(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  keys: readonly string[],
): Promise<(MatchEvent | undefined)[]> {
  if (keys.length === 0) return [];
  const texts = await redis.hmget(matchKeys(prefix, matchId).log, ...keys);
  return texts.map((text) => (text === null ? undefined : MatchEvent.safeParse(JSON.parse(text)).data));
}
