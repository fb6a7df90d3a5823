import { DeadlineError, withDeadline } from "@touchline/platform";
import { ApiError } from "../http/problems.ts";

/** Seconds after which a caller who met an outage should ask again. */
const RETRY_AFTER_SECONDS = 1;

/**
 * Waits for what Redis is asked, but no longer than `deadlineMs`.
 * @throws ApiError `store_unavailable` or `queue_unavailable` when Redis is gone, hangs or cannot serve; whatever else
 *   goes wrong is a fault of ours and passes through
 */
export async function askRedis<T>(
  role: "store" | "queue",
  what: string,
  deadlineMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(ask(), deadlineMs, what);
  } catch (cause) {
    if (!isOutage(cause)) throw cause;
    throw new ApiError(`${role}_unavailable`, { retryAfterSeconds: RETRY_AFTER_SECONDS, cause });
  }
}

/** ioredis throws plain errors for the most part, so their words have to do. */
const OUTAGE_NAMES = new Set(["MaxRetriesPerRequestError", "ClusterAllFailedError", "AbortError"]);
const OUTAGE_WORDS =
  /^(Connection is closed|Connection is ended|Command timed out|Stream isn't writeable|Socket (closed|timeout)|Cluster isn't ready|None of (the )?startup nodes|Failed to refresh slots cache|Too many Cluster redirections)/i;
const OUTAGE_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
/** Redis answers, and what it says is "not now". */
const OUTAGE_REPLIES =
  /^(LOADING|BUSY|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|OOM|NOREPLICAS|MISCONF|UNBLOCKED|NOAUTH)\b/;

export function isOutage(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  if (!(error instanceof Error)) return false;
  const { name, message } = error;
  if (OUTAGE_NAMES.has(name) || OUTAGE_WORDS.test(message) || OUTAGE_REPLIES.test(message)) return true;
  if ("code" in error && typeof error.code === "string" && OUTAGE_CODES.has(error.code)) return true;
  // A transaction is given up after one of its commands was refused.
  if ("previousErrors" in error && Array.isArray(error.previousErrors) && error.previousErrors.some(isOutage))
    return true;
  return error.cause !== undefined && isOutage(error.cause);
}
