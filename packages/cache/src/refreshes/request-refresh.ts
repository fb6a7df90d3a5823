import { matchKeys } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("request-refresh");

/** `need`: a reader has nothing that may be served. `want`: he was served, and it can wait. `demand`: it is only read. */
export type RequestKind = "need" | "want" | "demand";

/**
 * Records that readers of `variant` want a prediction made again, or only that it is read.
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
