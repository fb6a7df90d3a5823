import { setTimeout as delay } from "node:timers/promises";

/**
 * Delay before the next attempt: full jitter, so that clients cut off together do not return together.
 * @param attempt 1 for the first retry   @param random uniform in [0, 1)
 * @returns milliseconds, at most `longestMs`
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backOffMs(attempt: number, random: number, firstMs = 100, longestMs = 5_000): number {
  return Math.round(random * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20)));
}

/** Waits, unless `signal` ends the waiting: then throws its reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(Math.max(0, ms), undefined, signal ? { signal } : {});
  } catch {
    signal?.throwIfAborted();
  }
}
