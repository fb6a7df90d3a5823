import type { PredictionSnapshot } from "@touchline/cache";
import type { Verdict } from "./verdict.ts";

/** How the answer came about, in the words of `Cache-Status` (RFC 9211). */
export type Served = "hit" | "miss" | "stale";

interface HeaderInput {
  readonly matchId: string;
  readonly snapshot: PredictionSnapshot;
  readonly verdicts: readonly Verdict[];
  /** Whether the reader named its markets. */
  readonly named: boolean;
  readonly served: Served;
  /** Wall-clock milliseconds. */
  readonly now: number;
  readonly etag: string;
}

/** Headers of a prediction answer, of a 304 as well. */
export function answerHeaders(input: HeaderInput): Record<string, string> {
  const { matchId, snapshot, verdicts, served, now, etag } = input;
  const soonest = soonestOf(verdicts);
  const ageSeconds = ageOf(verdicts, now);
  const ttlSeconds = soonest ? Math.floor((soonest.freshUntil - now) / 1000) : SETTLED_SECONDS;
  return {
    "content-type": "application/json; charset=utf-8",
    etag,
    age: String(ageSeconds),
    "cache-control": cacheControl(verdicts, ageSeconds, ttlSeconds),
    "cache-status": cacheStatus(verdicts, served, ttlSeconds),
    "surrogate-key": surrogateKeys(matchId, verdicts, input.named),
    "touchline-match-version": String(snapshot.version),
  };
}

/** Settled is final but for a correction, so other caches may keep it only so long. */
const SETTLED_SECONDS = 60;

/** Seconds since the oldest listed prediction was made or found unchanged. */
function ageOf(verdicts: readonly Verdict[], now: number): number {
  const made = verdicts.flatMap(({ entry, status }) =>
    entry && (status === "fresh" || status === "stale") ? entry.computedAt : [],
  );
  return made.length === 0 ? 0 : Math.max(0, Math.floor((now - Math.min(...made)) / 1000));
}

/** The open market that ceases to be fresh first. */
function soonestOf(verdicts: readonly Verdict[]): Verdict | undefined {
  const open = verdicts.filter(({ status }) => status !== "settled");
  return open.reduce<Verdict | undefined>((a, b) => (a && a.freshUntil <= b.freshUntil ? a : b), undefined);
}

/**
 * Another cache computes what is left as `max-age` minus `Age`, so `max-age` is the remaining lifetime of the soonest
 * market plus the age. What is stale or suspended here must be asked for again.
 */
function cacheControl(verdicts: readonly Verdict[], ageSeconds: number, ttlSeconds: number): string {
  const offered = verdicts.every(({ status }) => status === "fresh" || status === "settled" || status === "stale");
  if (!offered) return "public, max-age=0, must-revalidate";
  const fresh = verdicts.every(({ status }) => status !== "stale");
  const maxAge = fresh ? ageSeconds + Math.max(0, ttlSeconds) : 0;
  const grace = graceSeconds(verdicts);
  return `public, max-age=${maxAge}, stale-while-revalidate=${grace}, stale-if-error=${grace}`;
}

/** One lifetime of the shortest-lived market past its end: as long as it is served as stale here, and not waited for. */
function graceSeconds(verdicts: readonly Verdict[]): number {
  const lifetimes = verdicts.flatMap(({ entry, settlement, wait, lifetimeMs }) =>
    entry && !settlement ? (wait ? 0 : lifetimeMs) : [],
  );
  return lifetimes.length === 0 ? SETTLED_SECONDS : Math.max(0, Math.floor(Math.min(...lifetimes) / 1000));
}

function cacheStatus(verdicts: readonly Verdict[], served: Served, ttlSeconds: number): string {
  const worst =
    verdicts.find(({ status }) => status === "missing" || status === "suspended") ??
    verdicts.find(({ status }) => status === "stale") ??
    soonestOf(verdicts);
  const how = served === "hit" ? "hit" : `fwd=${served}`;
  return `touchline; ${how}; ttl=${ttlSeconds}; detail=${worst?.reason ?? "settled"}`;
}

const MAX_KEYS_LENGTH = 1_024;

/**
 * Labels by which a shared cache drops answers: the match, and its markets where they were named and fit, else their
 * categories. Purging a market means purging its own key and its category's.
 */
function surrogateKeys(matchId: string, verdicts: readonly Verdict[], named: boolean): string {
  const match = `match:${matchId}`;
  const markets = [match, ...verdicts.map(({ market }) => `${match}/${market.id}`)].join(" ");
  if (named && markets.length <= MAX_KEYS_LENGTH) return markets;
  const categories = new Set(verdicts.map(({ market }) => market.category));
  return [match, ...[...categories].map((category) => `${match}/category:${category}`)].join(" ");
}
