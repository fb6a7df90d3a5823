import { matchKeys } from "./keys.ts";
import { loadScript, runScript, type StoreRedis } from "./script.ts";

const script = loadScript("want-refresh");

/**
 * Records that readers of `variant` need a prediction made again (`want`), or only that it is read (`demand`).
 * @returns whether the match is known
 */
export async function wantRefresh(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  variant: string,
  kind: "want" | "demand",
): Promise<boolean> {
  const keys = matchKeys(prefix, matchId);
  return (await runScript(redis, script, [keys.match, keys.refresh], [variant, kind])) === 1;
}
