import type { ServingDecision } from "./serving-decision.ts";

/**
 * The `freshUntil` that an answer shows for a price, wall-clock milliseconds; undefined without a prediction.
 *
 * It is the first promise while that lies ahead: equal recomputations extend a lifetime and leave the bytes alone.
 * After it, a fresh price shows its present end, which is later than `now`. So the bytes change at most once a
 * lifetime.
 */
export function shownFreshUntil({ status, entry, freshUntil }: ServingDecision, now: number): number | undefined {
  if (!entry) return undefined;
  if (now < entry.promisedUntil) return entry.promisedUntil;
  return status === "fresh" ? freshUntil : entry.freshUntil;
}
