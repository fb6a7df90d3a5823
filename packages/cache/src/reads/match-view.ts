import type { MatchState } from "@touchline/domain";
import { EPOCH_MARK, matchIndexKey, matchKeys } from "../keys.ts";
import type { StoreRedis } from "../script.ts";
import { hashOf, readTogether } from "./read-together.ts";
import { parseState } from "./snapshot.ts";

/** A match as people look at it: its state, and when each fact last changed. */
export interface MatchView {
  readonly version: number;
  readonly epoch: string;
  /** Number of the last published message. */
  readonly n: number;
  readonly state: MatchState;
  /** Fact → match version at which it last changed. A fact that never changed is not listed. */
  readonly facts: ReadonlyMap<string, number>;
}

/** All at one moment; undefined when the match is unknown. */
export async function readMatch(redis: StoreRedis, prefix: string, matchId: string): Promise<MatchView | undefined> {
  const keys = matchKeys(prefix, matchId);
  const [match, facts] = (await readTogether(redis, [
    ["hmget", keys.match, "version", "n", "state", "epoch"],
    ["hgetall", keys.facts],
  ])) as [(string | null)[], string[]];
  const [version, n, state, epoch] = match;
  if (!version || !state) return undefined;
  return {
    version: Number(version),
    epoch: epoch ?? "",
    n: Number(n ?? 0),
    state: parseState(state),
    facts: parseFacts(hashOf(facts)),
  };
}

/** The state alone; undefined when the match is unknown. */
export async function readState(redis: StoreRedis, prefix: string, matchId: string): Promise<MatchState | undefined> {
  const state = await redis.hget(matchKeys(prefix, matchId).match, "state");
  return state === null ? undefined : parseState(state);
}

/** The hash `facts` of a match. */
export function parseFacts(hash: Readonly<Record<string, string>>): Map<string, number> {
  return new Map(Object.entries(hash).flatMap(([fact, at]) => (fact === EPOCH_MARK ? [] : [[fact, Number(at)]])));
}

/** How many matches are listed, those whose truth has just expired included. */
export async function countMatches(redis: StoreRedis, prefix: string): Promise<number> {
  // The marks of the index have an infinite score.
  return redis.zcount(matchIndexKey(prefix), "-inf", "(+inf");
}
