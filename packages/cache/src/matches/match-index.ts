import { INDEX_MARK, matchIndexKey, matchKeys } from "../keys.ts";
import type { StoreRedis } from "../script.ts";

/**
 * Lists a match, before its first event is applied and once more after it: a match with truth is always in the index,
 * and one without is merely forgotten at the next clean-up, which may come between.
 * @param kickoff wall-clock milliseconds
 */
export async function indexMatch(redis: StoreRedis, prefix: string, matchId: string, kickoff: number): Promise<void> {
  await redis.zadd(matchIndexKey(prefix), kickoff, matchId);
}

export interface ListedMatch {
  /** Place in the index, from 0: a page that ends here goes on at the next one. */
  readonly position: number;
  readonly matchId: string;
  readonly version: number;
  readonly state: string;
}

/**
 * Match versions and states by kick-off, at most `limit` from `offset`. Matches without truth are dropped from the
 * index.
 */
export async function listMatches(
  redis: StoreRedis,
  prefix: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<ListedMatch[]> {
  const matchIds = await listedIds(redis, prefix, offset, limit);
  const found = await Promise.all(
    matchIds.map(async (matchId, index) => {
      const [version, state] = await redis.hmget(matchKeys(prefix, matchId).match, "version", "state");
      return version && state ? { position: offset + index, matchId, version: Number(version), state } : undefined;
    }),
  );
  return found.filter((match) => match !== undefined);
}

/** Members of the index from a place on, without the marks, which are behind all matches. */
async function listedIds(redis: StoreRedis, prefix: string, offset: number, limit: number): Promise<string[]> {
  const members = await redis.zrange(matchIndexKey(prefix), String(offset), String(offset + limit - 1));
  return members.filter((member) => !member.startsWith(INDEX_MARK));
}

/** Forgets a match whose truth has expired, unless it has only just been listed and has none yet. */
export async function unlistMatch(redis: StoreRedis, prefix: string, matchId: string, now: number): Promise<void> {
  const index = matchIndexKey(prefix);
  const kickoff = await redis.zscore(index, matchId);
  if (kickoff === null || Number(kickoff) >= now - UNLIST_AFTER_MS) return;
  await redis.zrem(index, matchId);
  // Index and match may be on two servers, so this is no single step. A match whose first event came in between lists
  // itself once more after it, or is seen here.
  if (await redis.exists(matchKeys(prefix, matchId).match)) await redis.zadd(index, "NX", kickoff, matchId);
}

const UNLIST_AFTER_MS = 24 * 60 * 60 * 1000;

/** Matches listed in one go. */
const BATCH = 200;

/**
 * Every listed match, in bounded batches; those that are listed or unlisted meanwhile make it pass over no other. It
 * goes on by kick-off, not by place: a match that is unlisted moves all later ones. A batch is larger by the matches of
 * one kick-off that have been met already.
 */
export async function* walkMatchIds(redis: StoreRedis, prefix: string): AsyncGenerator<readonly string[]> {
  let from = "-inf";
  let met: ReadonlySet<string> = new Set();
  for (;;) {
    const limit = met.size + BATCH;
    const found = await redis.zrange(matchIndexKey(prefix), from, "(+inf", "BYSCORE", "LIMIT", 0, limit, "WITHSCORES");
    const page = Array.from({ length: found.length / 2 }, (_unused, index) => ({
      matchId: found[2 * index] ?? "",
      kickoff: found[2 * index + 1] ?? "",
    }));
    yield page.flatMap(({ matchId }) => (met.has(matchId) ? [] : [matchId]));
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    from = last.kickoff;
    met = new Set(page.flatMap(({ matchId, kickoff }) => (kickoff === from ? [matchId] : [])));
  }
}

/**
 * Whether some entries of the match may come from another dependency graph than `graph`: then only a step that touches
 * every open market is sound. False for a match without truth.
 */
export async function isOfAnotherGraph(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  graphVersion: string,
): Promise<boolean> {
  const [current, mixed] = await redis.hmget(matchKeys(prefix, matchId).match, "graph", "mixed");
  return mixed != null || (current != null && current !== graphVersion);
}

/** Fingerprints of the graphs that entries of the match may come from; none when it has no truth. */
export async function graphsOf(redis: StoreRedis, prefix: string, matchId: string): Promise<string[]> {
  const found = await redis.hmget(matchKeys(prefix, matchId).match, "graph", "mixed");
  return found.filter((version) => version != null);
}
