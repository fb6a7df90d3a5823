import { KEPT_WHEN_OVER_SECONDS, keepSeconds } from "./keep-seconds.ts";
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
  readonly served: Served;
  /** Wall-clock milliseconds. */
  readonly now: number;
  readonly etag: string;
  /** `purge`: shared caches in front are purged at every change. */
  readonly sharedCache: "off" | "purge";
}

/** Headers of a prediction answer, of a 304 as well. */
export function answerHeaders(input: HeaderInput): Record<string, string> {
  const { matchId, snapshot, decisions, served, now, etag } = input;
  const soonest = soonestOf(decisions);
  const ttlSeconds = soonest ? Math.floor((soonest.freshUntil - now) / 1000) : KEPT_WHEN_OVER_SECONDS;
  const keys = surrogateKeys(matchId, decisions, input.named);
  return {
    "content-type": "application/json; charset=utf-8",
    etag,
    ...keepingHeaders(input, keys, ageOf(decisions, now)),
    "cache-status": cacheStatus(decisions, served, ttlSeconds),
    "surrogate-key": keys,
    "touchline-match-version": String(snapshot.version),
    ...(snapshot.epoch !== "" && { "touchline-match-epoch": snapshot.epoch }),
  };
}

/**
 * Who may keep the answer. By default nobody without asking again: a browser, or a cache that knows nothing of goals,
 * would go on showing a price as fresh. A cache that is purged may keep what is wholly fresh for as long as a lost
 * purge may cost.
 */
function keepingHeaders(input: HeaderInput, keys: string, ageSeconds: number): Record<string, string> {
  const { snapshot, decisions, now, sharedCache } = input;
  const seconds = keepSeconds({ state: snapshot.state, degraded: snapshot.degraded === true, decisions, now });
  const over = seconds === KEPT_WHEN_OVER_SECONDS ? seconds : 0;
  const purged = sharedCache === "purge";
  if (!purged || seconds === 0)
    return {
      age: String(ageSeconds),
      "cache-control": over > 0 ? `private, max-age=${over}` : `private, no-cache${staleIfError(snapshot)}`,
      // Named every time: a cache that gets a 304 keeps what it does not name.
      ...(purged && { "surrogate-control": "max-age=0" }),
    };
  return {
    // Without `Age`: the answer is made now, and a cache would take the age off the seconds.
    "cache-control": `public, max-age=${over}, s-maxage=${seconds}, must-revalidate`,
    "surrogate-control": `max-age=${seconds}`,
    "cache-tag": keys.replaceAll(" ", ","),
  };
}

/** What the service itself keeps to: for so many seconds more it answers an error with what it knew. */
function staleIfError({ staleIfErrorMs }: ReadSnapshot): string {
  return staleIfErrorMs === undefined ? "" : `, stale-if-error=${Math.floor(staleIfErrorMs / 1000)}`;
}

/** Seconds since the oldest listed prediction was made or found unchanged. */
function ageOf(decisions: readonly ServingDecision[], now: number): number {
  const made = decisions.flatMap(({ entry, status }) =>
    entry && (status === "fresh" || status === "stale") ? entry.computedAt : [],
  );
  return made.length === 0 ? 0 : Math.max(0, Math.floor((now - Math.min(...made)) / 1000));
}

/** The open market that ceases to be fresh first. */
function soonestOf(decisions: readonly ServingDecision[]): ServingDecision | undefined {
  const open = decisions.filter(({ status }) => status !== "settled");
  return open.reduce<ServingDecision | undefined>((a, b) => (a && a.freshUntil <= b.freshUntil ? a : b), undefined);
}

function cacheStatus(decisions: readonly ServingDecision[], served: Served, ttlSeconds: number): string {
  const worst =
    decisions.find(({ status }) => status === "missing" || status === "suspended") ??
    decisions.find(({ status }) => status === "stale") ??
    soonestOf(decisions);
  const how = served === "hit" ? "hit" : `fwd=${served}`;
  return `touchline; ${how}; ttl=${ttlSeconds}; detail=${worst?.reason ?? "settled"}`;
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
