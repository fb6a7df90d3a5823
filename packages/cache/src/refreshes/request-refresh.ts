import { matchKeys } from "../keys.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("request-refresh");

/**
 * `blocking`: nothing may be served. `background`: an older prediction was served. `access`: only record the access.
 */
export type RequestKind = "blocking" | "background" | "access";

/** What a reader who asks knows. */
export interface Asker {
  /** Of what the reader has read. A match of another epoch has everything due: nothing is noted then. */
  readonly epoch?: string;
  /** The reader's clock, wall-clock milliseconds: what has expired by it is predicted again. */
  readonly now?: number;
}

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
  { epoch = "", now }: Asker = {},
): Promise<boolean> {
  const keys = matchKeys(prefix, matchId);
  return (await runScript(redis, script, [keys.match, keys.refresh], [variant, kind, epoch, now ?? ""])) !== 0;
}
