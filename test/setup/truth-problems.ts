import { createHash } from "node:crypto";
import { matchKeys, openMatchStore, type StoreRedis } from "@touchline/cache";
import { canonicalJson, marketsOf, settlementOf } from "@touchline/domain";

/** The keys of a match's truth, by name. */
export function truthKeys(prefix: string, matchId: string): Record<string, string> {
  const { match, log, facts, required, settled, refresh, touched, feed } = matchKeys(prefix, matchId);
  return { match, log, facts, required, settled, refresh, touched, feed };
}

/**
 * Where the parts of a match's truth contradict each other: the state is the fold of the log, and what is settled is
 * what the state settles. Empty for a match that is unknown as a whole.
 */
export async function truthProblems(redis: StoreRedis, prefix: string, matchId: string): Promise<string[]> {
  const matches = openMatchStore(redis, prefix);
  const snapshot = await matches.predictions(matchId, "default");
  if (!snapshot) return [];
  const truth = await matches.truth(matchId);
  const problems: string[] = [];
  if (canonicalJson(truth.state) !== canonicalJson(snapshot.state))
    problems.push("the state is not the fold of the log");
  const listed = marketsOf(truth.state);
  for (const id of snapshot.settled.keys())
    if (!listed.some((market) => market.id === id)) problems.push(`${id} is settled and not in the match`);
  for (const market of listed) {
    const should = settlementOf(market, truth.state);
    const is = snapshot.settled.get(market.id);
    const [a, b] = [should, is].map((settlement) => canonicalJson(settlement?.outcomes ?? "open"));
    if (a !== b) problems.push(`${market.id} should be settled ${a} and is ${b}`);
  }
  return problems;
}

/** Digests of all that the match's keys hold, as text: equal when nothing has been written in between. */
export async function truthText(redis: StoreRedis, prefix: string, matchId: string): Promise<string> {
  const contents = await Promise.all(
    Object.entries(truthKeys(prefix, matchId)).map(async ([name, key]) => {
      const bytes = await redis.dumpBuffer(key);
      return `${name} ${bytes === null ? "gone" : createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`;
    }),
  );
  return contents.join(", ");
}
