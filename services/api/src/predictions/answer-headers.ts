import type { PredictionSnapshot } from "@touchline/cache";
import type { ServingDecision } from "./serving-decision.ts";

/** How the answer came about, in the words of `Cache-Status` (RFC 9211). */
export type Served = "hit" | "miss" | "stale";

interface HeaderInput {
  readonly matchId: string;
  readonly snapshot: PredictionSnapshot;
  readonly decisions: readonly ServingDecision[];
  /** Whether the reader named its markets. */
  readonly named: boolean;
  readonly served: Served;
  /** Wall-clock milliseconds. */
  readonly now: number;
  readonly etag: string;
}

/** Headers of a prediction answer, of a 304 as well. */
export function answerHeaders(input: HeaderInput): Record<string, string> {
  const { matchId, snapshot, decisions, served, now, etag } = input;
  const soonest = soonestOf(decisions);
  const ageSeconds = ageOf(decisions, now);
  const ttlSeconds = soonest ? Math.floor((soonest.freshUntil - now) / 1000) : SETTLED_SECONDS;
  return {
    "content-type": "application/json; charset=utf-8",
    etag,
    age: String(ageSeconds),
    "cache-control": cacheControl(decisions, ageSeconds, ttlSeconds),
    "cache-status": cacheStatus(decisions, served, ttlSeconds),
    "surrogate-key": surrogateKeys(matchId, decisions, input.named),
    "touchline-match-version": String(snapshot.version),
    ...(snapshot.epoch !== "" && { "touchline-match-epoch": snapshot.epoch }),
  };
}

/** Settled is final but for a correction, so other caches may keep it only so long. */
const SETTLED_SECONDS = 60;

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

/**
 * Another cache computes what is left as `max-age` minus `Age`, so `max-age` is the remaining lifetime of the soonest
 * market plus the age. What is stale or suspended here must be asked for again.
 */
function cacheControl(decisions: readonly ServingDecision[], ageSeconds: number, ttlSeconds: number): string {
  const offered = decisions.every(({ status }) => status === "fresh" || status === "settled" || status === "stale");
  if (!offered) return "public, max-age=0, must-revalidate";
  const fresh = decisions.every(({ status }) => status !== "stale");
  const maxAge = fresh ? ageSeconds + Math.max(0, ttlSeconds) : 0;
  const grace = graceSeconds(decisions);
  return `public, max-age=${maxAge}, stale-while-revalidate=${grace}, stale-if-error=${grace}`;
}

/** One lifetime of the shortest-lived market past its end: as long as it is served as stale here, and not waited for. */
function graceSeconds(decisions: readonly ServingDecision[]): number {
  const lifetimes = decisions.flatMap(({ entry, settlement, wait, lifetimeMs }) =>
    entry && !settlement ? (wait ? 0 : lifetimeMs) : [],
  );
  return lifetimes.length === 0 ? SETTLED_SECONDS : Math.max(0, Math.floor(Math.min(...lifetimes) / 1000));
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

/**
 * Labels by which a shared cache drops answers: the match, and its markets where they were named and fit, else their
 * categories. Purging a market means purging its own key and its category's.
 */
function surrogateKeys(matchId: string, decisions: readonly ServingDecision[], named: boolean): string {
  const match = `match:${matchId}`;
  const markets = [match, ...decisions.map(({ market }) => `${match}/${market.id}`)].join(" ");
  if (named && markets.length <= MAX_KEYS_LENGTH) return markets;
  const categories = new Set(decisions.map(({ market }) => market.category));
  return [match, ...[...categories].map((category) => `${match}/category:${category}`)].join(" ");
}
