import { matchKeys } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("request-refresh");

/**
 * `blocking`: nothing may be served. `background`: an older prediction was served. `access`: only record the access.
 */
export type RequestKind = "blocking" | "background" | "access";

/**
 * Records a refresh request of readers of `variant`, or only that they read it.
 * @returns whether the match is known
 */
export async function requestRefresh(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  variant: string,
  kind: RequestKind,
): Promise<boolean> {
  const keys = matchKeys(prefix, matchId);
  return (await runScript(redis, script, [keys.match, keys.refresh], [variant, kind])) === 1;
}
