import { isListed } from "@touchline/domain";
import { ApiError } from "../http/problems.ts";
import type { RequestDirectives } from "../http/request-directives.ts";
import type { PredictionReader, ReadSnapshot } from "./prediction-reader.ts";
import type { Selection } from "./selection.ts";
import { decide, type ServingDecision } from "./serving-decision.ts";
import { type BlindPolicy, underWatermark } from "./under-watermark.ts";
import type { AppliedUpTo } from "@touchline/queue";

/** One look at a match: what can be served now, and what the reader has to wait for. */
export interface ReadAttempt {
  /** Undefined when the match is unknown. */
  readonly snapshot: ReadSnapshot | undefined;
  readonly decisions: readonly ServingDecision[];
  /**
   * `version`: the match has not reached the reader's `minVersion`. `miss`: a market has no prediction. `stale`: a
   * prediction is too old. Undefined: all of it can be served.
   */
  readonly pending: "version" | "miss" | "stale" | undefined;
  /** The moment that the decisions are about, wall-clock milliseconds. */
  readonly now: number;
}

export interface AttemptOptions {
  readonly reader: PredictionReader;
  readonly xfetchBeta: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** How far the accepted events of a match have been applied. */
  readonly applied: (matchId: string) => AppliedUpTo;
  readonly blindPolicy: BlindPolicy;
}

/**
 * @param random uniform in (0, 1], the same for all attempts of one read: it decides on an early refresh
 * @throws ApiError `store_unavailable`, `other_history` when the match is in another epoch than the reader's
 * `minVersion`
 */
export async function readOnce(
  { reader, xfetchBeta, now: clock, applied: appliedUpTo, blindPolicy }: AttemptOptions,
  matchId: string,
  { variant, minVersion = 0, minEpoch, markets, named, blind }: Selection,
  directives: RequestDirectives,
  random: number,
): Promise<ReadAttempt> {
  const snapshot = await reader.read(matchId, variant, minVersion, minEpoch);
  const now = clock();
  if (snapshot && minEpoch !== undefined && snapshot.epoch !== minEpoch)
    throw new ApiError("other_history", {
      detail: `the match is in epoch ${snapshot.epoch}, its version in ${minEpoch} was asked for: read without minVersion`,
    });
  if (!snapshot) return { snapshot, decisions: [], pending: minVersion > 0 ? "version" : undefined, now };
  // A reader of all markets gets those that exist in this match; a reader who names a market gets an answer about it.
  const listed = named ? [] : markets.filter((market) => isListed(market, snapshot.state));
  // Asked after the snapshot was read: what was accepted since is younger than the lag.
  const applied = appliedUpTo(matchId);
  const decisions = (listed.length > 0 ? listed : markets).map((market) =>
    underWatermark(
      decide(snapshot, market, { now, random, xfetchBeta }),
      applied,
      snapshot.state,
      blind ?? blindPolicy,
    ),
  );
  const waiting = decisions.filter((decision) => decision.wait || isRefused(decision, directives, now));
  const missing = waiting.some(({ status }) => status === "missing");
  const pending = waiting.length === 0 ? undefined : missing ? "miss" : "stale";
  return { snapshot, decisions, pending: snapshot.version < minVersion ? "version" : pending, now };
}

/** Stale beyond what the reader's own `Cache-Control` accepts. */
function isRefused(
  { status, freshUntil }: ServingDecision,
  { noCache, maxStaleSeconds }: RequestDirectives,
  now: number,
): boolean {
  if (status !== "stale") return false;
  return noCache || (maxStaleSeconds !== undefined && now - freshUntil > maxStaleSeconds * 1000);
}
