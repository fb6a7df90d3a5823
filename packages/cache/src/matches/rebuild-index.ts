import { historyOf } from "../history.ts";
import { matchIndexKey, matchKeys } from "../keys.ts";
import { mastersOf } from "../pings/prove-writable.ts";
import { parseState } from "../reads/snapshot.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { newToken } from "../tokens.ts";

const script = loadScript("match-index");

async function run(redis: StoreRedis, prefix: string, what: "check" | "begin" | "end", token = ""): Promise<boolean> {
  return (await runScript(redis, script, [matchIndexKey(prefix)], [await historyOf(redis), what, token])) === 1;
}

/**
 * Whether every match with truth is in the index. False for one that was never built, that was deleted, or whose server
 * has failed over since. One round trip.
 */
export async function isIndexWhole(redis: StoreRedis, prefix: string): Promise<boolean> {
  return run(redis, prefix, "check");
}

/** Kick-off of what is to be found and deleted by the next sweep. */
const LONG_AGO = 0;
/** Keys that a server looks at in one go. */
const SCAN_COUNT = 500;

/**
 * Lists every match with truth, and what an expired one has left behind, by going through the keys of every master, in
 * bounded batches. Several processes may do so at once. Yields after each batch how many matches it held; the caller
 * bounds the time of the whole. Nothing is marked as whole before the last batch, nor when the index was lost once more
 * meanwhile.
 * @param now wall-clock milliseconds, taken for the kick-off of matches without a fixture
 */
export async function* rebuildIndex(redis: StoreRedis, prefix: string, now: number): AsyncGenerator<number> {
  const token = newToken();
  await run(redis, prefix, "begin", token);
  // `log` and `match`, and no other key of a match: a log without its match is what an expired truth has left behind.
  const pattern = `${matchKeys(prefix, "*").match.slice(0, -"match".length)}[lm][oa]*`;
  const [before = ""] = pattern.split("*");
  for (const master of mastersOf(redis)) {
    let cursor = "0";
    do {
      const [next, keys] = await master.scan(cursor, "MATCH", pattern, "COUNT", SCAN_COUNT);
      cursor = next;
      const matchIds = [...new Set(keys.map((key) => key.slice(before.length, key.indexOf("}"))))];
      await Promise.all(matchIds.map(async (matchId) => listAgain(redis, prefix, matchId, now)));
      yield matchIds.length;
    } while (cursor !== "0");
  }
  await run(redis, prefix, "end", token);
}

async function listAgain(redis: StoreRedis, prefix: string, matchId: string, now: number): Promise<void> {
  const state = await redis.hget(matchKeys(prefix, matchId).match, "state");
  const fixture = state === null ? undefined : parseState(state).fixture;
  const kickoff = fixture ? Date.parse(fixture.kickoff) : now;
  await redis.zadd(matchIndexKey(prefix), "NX", state === null ? LONG_AGO : kickoff, matchId);
}
