import { type Keeping, keepingOf, KEPT_WHEN_OVER_SECONDS, keepSeconds } from "./keep-seconds.ts";
import type { ReadSnapshot } from "./prediction-reader.ts";
import type { ServingDecision } from "./serving-decision.ts";

/** How the answer came about, in the words of `Cache-Status` (RFC 9211). */
export type Served = "hit" | "miss" | "stale";

interface HeaderInput {
  readonly matchId: string;
  readonly snapshot: ReadSnapshot;
  readonly decisions: readonly ServingDecision[];
  /** Whether the reader named its markets. */
  readonly named: boolean;
  /** Of the decisions, wall-clock milliseconds. */
  readonly now: number;
  readonly etag: string;
  /** `purge`: shared caches in front are purged at every change. */
  readonly sharedCache: "off" | "purge";
}

/**
 * What the headers of an answer say, as far as it does not depend on the moment. Finished answers keep it, so it holds
 * nothing of the snapshot that it was made from.
 */
export interface HeaderFacts {
  readonly etag: string;
  readonly keys: string;
  readonly version: number;
  readonly epoch: string;
  readonly staleIfErrorMs: number | undefined;
  /** When the oldest listed prediction was made or found unchanged, and when the first open market ceases to be fresh. */
  readonly madeAt: number | undefined;
  readonly freshUntil: number | undefined;
  /** Why the worst market is as it is. */
  readonly detail: string;
  readonly keeping: Keeping;
  readonly sharedCache: "off" | "purge";
}

export function headerFacts({ matchId, snapshot, decisions, named, now, etag, sharedCache }: HeaderInput): HeaderFacts {
  const { version, epoch, staleIfErrorMs, state } = snapshot;
  const soonest = soonestOf(decisions);
  return {
    etag,
    keys: surrogateKeys(matchId, decisions, named),
    version,
    epoch,
    staleIfErrorMs,
    madeAt: madeAtOf(decisions),
    freshUntil: soonest?.freshUntil,
    detail: worstReason(decisions) ?? soonest?.reason ?? "settled",
    keeping: keepingOf({ state, degraded: snapshot.degraded === true, decisions, now }),
    sharedCache,
  };
}

/** Headers of a prediction answer at a moment, of a 304 as well. */
export function answerHeaders(facts: HeaderFacts, served: Served, now: number): Record<string, string> {
  const { etag, keys, version, epoch, freshUntil, detail } = facts;
  const ttlSeconds = freshUntil === undefined ? KEPT_WHEN_OVER_SECONDS : Math.floor((freshUntil - now) / 1000);
  const how = served === "hit" ? "hit" : `fwd=${served}`;
  return {
    "content-type": "application/json; charset=utf-8",
    etag,
    ...keepingHeaders(facts, now),
    "cache-status": `touchline; ${how}; ttl=${ttlSeconds}; detail=${detail}`,
    "surrogate-key": keys,
    "touchline-match-version": String(version),
    ...(epoch !== "" && { "touchline-match-epoch": epoch }),
  };
}

/**
 * Who may keep the answer. By default nobody without asking again: a browser, or a cache that knows nothing of goals,
 * would go on showing a price as fresh. A cache that is purged may keep what is wholly fresh for as long as a lost
 * purge may cost.
 */
function keepingHeaders(facts: HeaderFacts, now: number): Record<string, string> {
  const seconds = keepSeconds(facts.keeping, now);
  const over = seconds === KEPT_WHEN_OVER_SECONDS ? seconds : 0;
  const purged = facts.sharedCache === "purge";
  const ageSeconds = ageOf(facts, now);
  if (!purged || seconds === 0)
    return {
      age: String(ageSeconds),
      "cache-control": over > 0 ? `private, max-age=${over}` : `private, no-cache${staleIfError(facts)}`,
      // Named every time: a cache that gets a 304 keeps what it does not name.
      ...(purged && { "surrogate-control": "max-age=0" }),
    };
  return {
    // Without `Age`: the answer is made now, and a cache would take the age off the seconds.
    "cache-control": `public, max-age=${over}, s-maxage=${seconds}, must-revalidate`,
    "surrogate-control": `max-age=${seconds}`,
    "cache-tag": facts.keys.replaceAll(" ", ","),
  };
}

/** What the service itself keeps to: for so many seconds more it answers an error with what it knew. */
function staleIfError({ staleIfErrorMs }: HeaderFacts): string {
  return staleIfErrorMs === undefined ? "" : `, stale-if-error=${Math.floor(staleIfErrorMs / 1000)}`;
}

/** Whole seconds since the oldest listed prediction was made or found unchanged. */
export function ageOf({ madeAt }: Pick<HeaderFacts, "madeAt">, now: number): number {
  return madeAt === undefined ? 0 : Math.max(0, Math.floor((now - madeAt) / 1000));
}

function madeAtOf(decisions: readonly ServingDecision[]): number | undefined {
  const made = decisions.flatMap(({ entry, status }) =>
    entry && (status === "fresh" || status === "stale") ? entry.computedAt : [],
  );
  return made.length === 0 ? undefined : Math.min(...made);
}

/** The open market that ceases to be fresh first. */
function soonestOf(decisions: readonly ServingDecision[]): ServingDecision | undefined {
  const open = decisions.filter(({ status }) => status !== "settled");
  return open.reduce<ServingDecision | undefined>((a, b) => (a && a.freshUntil <= b.freshUntil ? a : b), undefined);
}

function worstReason(decisions: readonly ServingDecision[]): string | undefined {
  const worst =
    decisions.find(({ status }) => status === "missing" || status === "suspended") ??
    decisions.find(({ status }) => status === "stale");
  return worst?.reason;
}

const MAX_KEYS_LENGTH = 1_024;

/** The label of every answer with predictions: whoever has missed changes purges all of them with one call. */
const ALL = "predictions";

/**
 * Labels by which a shared cache drops answers: all predictions, the match, and its markets where they were named and
 * fit, else their categories. Purging a market means purging its own key and its category's.
 */
function surrogateKeys(matchId: string, decisions: readonly ServingDecision[], named: boolean): string {
  const match = `match:${matchId}`;
  const markets = [ALL, match, ...decisions.map(({ market }) => `${match}/${market.id}`)].join(" ");
  if (named && markets.length <= MAX_KEYS_LENGTH) return markets;
  const categories = new Set(decisions.map(({ market }) => market.category));
  return [ALL, match, ...[...categories].map((category) => `${match}/category:${category}`)].join(" ");
}
