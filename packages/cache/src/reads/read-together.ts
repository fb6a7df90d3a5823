import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("read-together");

/** A command that only reads, its key, and what follows the key. */
export type Read = readonly [command: "hmget" | "hgetall" | "hkeys" | "exists", key: string, ...rest: string[]];

/**
 * What keys of one match hold at one moment. One round trip. It is answered by a store that is full, too.
 * @returns the replies in the order of the reads; of `hgetall` the fields and values in turn, see `hashOf`
 */
export async function readTogether(redis: StoreRedis, reads: readonly Read[]): Promise<unknown[]> {
  const keys = [...new Set(reads.map(([, key]) => key))];
  const indexed = reads.map(([command, key, ...rest]) => [command, keys.indexOf(key) + 1, ...rest]);
  return (await runScript(redis, script, keys, [JSON.stringify(indexed)])) as unknown[];
}

/** Fields and values in turn, as an object. */
export function hashOf(flat: readonly string[]): Record<string, string> {
  const entries: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) entries.push([flat[index] ?? "", flat[index + 1] ?? ""]);
  return Object.fromEntries(entries);
}
