import { isListed } from "@touchline/domain";
import { withDeadline } from "@touchline/platform";
import { urgencyOf } from "@touchline/queue";
import { ChangeWatch } from "../changes/change-watch.ts";
import { answers } from "../changes/change-message.ts";
import type { ChangeFeed } from "../changes/change-feed.ts";
import { ApiError } from "../http/problems.ts";
import type { RequestDirectives } from "../http/request-directives.ts";
import type { FallbackRefresher } from "../refresh/fallback-refresher.ts";
import type { AskReason, RefreshAsker } from "../refresh/refresh-asker.ts";
import type { Served } from "./answer-headers.ts";
import type { PredictionReader, ReadSnapshot } from "./prediction-reader.ts";
import type { Selection } from "./selection.ts";
import { decide, type ServingDecision } from "./serving-decision.ts";

export interface ReadOptions {
  readonly reader: PredictionReader;
  readonly feed: ChangeFeed;
  readonly asker: RefreshAsker;
  /** Refreshes here what no worker has within the wait; without it that is left to workers. */
  readonly fallback?: FallbackRefresher;
  readonly missWaitMs: number;
  /** How much longer a reader waits for the fallback. */
  readonly fallbackWaitMs: number;
  readonly xfetchBeta: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly waited: (outcome: "answered" | "deadline", seconds: number) => void;
}

export interface Reading {
  readonly snapshot: ReadSnapshot;
  readonly decisions: readonly ServingDecision[];
  readonly served: Served;
  /** The moment that the decisions are about, wall-clock milliseconds. */
  readonly now: number;
}

/**
 * Reads a match until what was asked for can be served, or until the wait is over: fresh and stale markets are served
 * as they are, missing and too stale ones are waited for. Whatever should be made again is asked for on the way.
 * @returns undefined when the match is unknown
 * @throws ApiError `version_not_reached` when `minVersion` was not reached in time, `store_unavailable`
 */
export async function readUntilServable(
  options: ReadOptions,
  matchId: string,
  selection: Selection,
  directives: RequestDirectives,
): Promise<Reading | undefined> {
  const { feed, asker, monotonic } = options;
  const { variant, minVersion = 0 } = selection;
  const began = monotonic();
  const deadline = began + (directives.onlyIfCached ? 0 : options.missWaitMs);
  using watch = new ChangeWatch(
    feed,
    matchId,
    (message) => answers(message, variant) || (message.kind === "touched" && message.version >= minVersion),
  );
  const random = 1 - options.random();
  let mayFallBack = options.fallback !== undefined && !directives.onlyIfCached;
  let served: Served = "hit";
  for (let asked = 0, repeated = 0; ;) {
    watch.arm();
    const attempt = await readOnce(options, matchId, selection, directives, random);
    const { snapshot, decisions, pending, now } = attempt;
    const reason = snapshot && askReason(decisions, pending === "miss" || pending === "stale");
    // A refresh that ended during the read may have brought what it misses: look again before asking for another.
    if (reason && watch.hasChanged && repeated++ < MAX_REPEATS) continue;
    if (snapshot && reason && asked++ < MAX_ASKS) asker.ask(matchId, variant, urgencyOf(snapshot.state), reason);
    if (pending === "miss" || pending === "stale") served = pending;
    if (pending !== undefined && (await watch.changed(deadline - monotonic()))) continue;
    if (mayFallBack && decisions.some(({ wait }) => wait)) {
      mayFallBack = false;
      const fellBackAt = monotonic();
      // Whoever commits, here or elsewhere, is heard by the watch; memory is outdated by the same message.
      if (await fallenBack(options, matchId))
        if (await watch.changed(options.fallbackWaitMs - (monotonic() - fellBackAt))) continue;
    }

    if (served !== "hit") options.waited(pending === undefined ? "answered" : "deadline", (monotonic() - began) / 1000);
    if (!snapshot) return undefined;
    asker.recordAccess(matchId, variant);
    if (pending !== "version") return { snapshot, decisions, served, now };
    throw new ApiError("version_not_reached", {
      detail: `the match is at version ${snapshot.version}, version ${minVersion} was asked for`,
      retryAfterSeconds: 1,
    });
  }
}

/** Whether somebody has refreshed the match by now, or will in a moment, for want of a worker. */
async function fallenBack({ fallback, fallbackWaitMs }: ReadOptions, matchId: string): Promise<boolean> {
  if (!fallback) return false;
  // Others may be in line before it.
  const outcome = await withDeadline(fallback.refresh(matchId), fallbackWaitMs, "a turn").catch(() => "late" as const);
  return outcome === "committed" || outcome === "nothing_due" || outcome === "claimed_elsewhere";
}

/** A refresh that could not bring what one reader misses will not do so for being repeated on the spot. */
const MAX_ASKS = 3;
/** Messages may follow each other closely, and each would have the reader look again. */
const MAX_REPEATS = 2;

interface Attempt {
  readonly snapshot: ReadSnapshot | undefined;
  readonly decisions: readonly ServingDecision[];
  /** What the reader has to wait for. */
  readonly pending: "version" | "miss" | "stale" | undefined;
  readonly now: number;
}

async function readOnce(
  { reader, xfetchBeta, now: clock }: ReadOptions,
  matchId: string,
  { variant, minVersion = 0, markets, named }: Selection,
  directives: RequestDirectives,
  random: number,
): Promise<Attempt> {
  const snapshot = await reader.read(matchId, variant, minVersion);
  const now = clock();
  if (!snapshot) return { snapshot, decisions: [], pending: minVersion > 0 ? "version" : undefined, now };
  // Who asks for everything gets what there is in this match; who names a market is told about that one.
  const listed = named ? [] : markets.filter((market) => isListed(market, snapshot.state));
  const decisions = (listed.length > 0 ? listed : markets).map((market) =>
    decide(snapshot, market, { now, random, xfetchBeta }),
  );
  const waiting = decisions.filter((decision) => decision.wait || isUnwelcome(decision, directives, now));
  const missing = waiting.some(({ status }) => status === "missing");
  const pending = waiting.length === 0 ? undefined : missing ? "miss" : "stale";
  return { snapshot, decisions, pending: snapshot.version < minVersion ? "version" : pending, now };
}

/** Stale beyond what the reader's own `Cache-Control` accepts. */
function isUnwelcome(
  { status, freshUntil }: ServingDecision,
  { noCache, maxStaleSeconds }: RequestDirectives,
  now: number,
): boolean {
  if (status !== "stale") return false;
  return noCache || (maxStaleSeconds !== undefined && now - freshUntil > maxStaleSeconds * 1000);
}

function askReason(decisions: readonly ServingDecision[], waiting: boolean): AskReason | undefined {
  const asking = decisions.filter(({ refresh }) => refresh);
  if (asking.length === 0) return undefined;
  if (waiting) return "waiting";
  // Whoever got no price has less to go by than whoever got an old one.
  if (asking.some(({ status }) => status === "suspended")) return "suspended";
  return asking.some(({ status }) => status === "stale") ? "stale" : "early";
}
