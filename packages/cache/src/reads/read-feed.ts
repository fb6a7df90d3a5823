import { unpackMessage } from "../changes/packed-message.ts";
import { matchKeys } from "../keys.ts";
import type { StoreRedis } from "../script.ts";

/** A published message of a match, as it was published. */
export interface FeedMessage {
  readonly n: number;
  readonly text: string;
}

/**
 * Messages of a match after number `after`, oldest first, at most `limit`. A first message other than `after + 1`
 * means that the ones between are gone: the feed is bounded by `FEED_LENGTH` and by its bytes.
 */
export async function readFeed(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  after: number,
  limit: number,
): Promise<FeedMessage[]> {
  const entries = await redis.xrangeBuffer(matchKeys(prefix, matchId).feed, `(${after}-1`, "+", "COUNT", limit);
  return entries.map(messageOf);
}

/** Messages of a match before number `before`, newest first, at most `limit`. */
export async function readFeedBefore(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  before: number,
  limit: number,
): Promise<FeedMessage[]> {
  const entries = await redis.xrevrangeBuffer(matchKeys(prefix, matchId).feed, `(${before}-1`, "-", "COUNT", limit);
  return entries.map(messageOf);
}

function messageOf([id, fields]: [id: Buffer, fields: Buffer[]]): FeedMessage {
  return { n: Number.parseInt(id.toString(), 10), text: unpackMessage(fields) };
}
