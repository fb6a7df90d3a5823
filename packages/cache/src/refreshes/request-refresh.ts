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

/** `other_epoch`: the match has begun anew since the reader read it. Everything is due in it, and nothing was noted. */
export type RequestResult = "noted" | "unknown_match" | "other_epoch";

/** Records a refresh request of readers of `variant`, or only that they read it. One round trip. */
export async function requestRefresh(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  variant: string,
  kind: RequestKind,
  { epoch = "", now }: Asker = {},
): Promise<RequestResult> {
  const keys = matchKeys(prefix, matchId);
  const args = [variant, kind, epoch, now === undefined ? "" : Math.round(now)];
  const reply = await runScript(redis, script, [keys.match, keys.refresh], args);
  if (reply === 1) return "noted";
  return reply === 0 ? "unknown_match" : "other_epoch";
}
