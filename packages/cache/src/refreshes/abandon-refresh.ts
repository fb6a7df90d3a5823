import type { BegunRefresh } from "./begin-refresh.ts";
import { matchKeys } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("abandon-refresh");

/**
 * Ends a refresh that will commit nothing, so that what is due may be tried again at once.
 * @returns whether it was still the latest
 */
export async function abandonRefresh(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  { number, token }: Pick<BegunRefresh, "number" | "token">,
): Promise<boolean> {
  return (await runScript(redis, script, [matchKeys(prefix, matchId).refresh], [number, token])) === 1;
}
