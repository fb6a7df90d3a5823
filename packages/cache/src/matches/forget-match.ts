import { VARIANTS } from "@touchline/domain";
import { matchKeys } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("forget-match");

/**
 * Deletes what an expired or evicted truth has left behind; nothing when the match exists. One round trip.
 * @returns how many keys were deleted
 */
export async function forgetLeftovers(redis: StoreRedis, prefix: string, matchId: string): Promise<number> {
  const { match, entries, ...truth } = matchKeys(prefix, matchId);
  const keys = [match, ...Object.values(truth), ...VARIANTS.map(({ id }) => entries(id))];
  return (await runScript(redis, script, keys, ["leftovers"])) as number;
}
