import { type MatchStore, openMatchStore } from "@touchline/cache";
import { CATALOGUE, marketsOf, MatchEvent, VARIANTS } from "@touchline/domain";
import { Redis } from "ioredis";
import type { Applied } from "../services/tag-manager/src/apply-change.ts";
import { applyMatchEvent } from "../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../services/tag-manager/src/truth-cache.ts";
import { startRedis } from "../test/setup/redis.ts";
import { median } from "./support/statistics.ts";
import { table } from "./support/table.ts";

interface InvalidateResult {
  readonly oneMatchMs: number;
  readonly thousandMatchesMs: number;
  /** Deleting the touched markets' keys by pattern scan, one pattern a market, among as many keys. */
  readonly scanMs: number;
  readonly keys: number;
  readonly ratioThousandToOne: number;
  readonly scanToEvent: number;
}

const MATCHES = 1_000;
const MARKETS = 100;
const EVENTS = 100;
const AT = Date.parse("2026-08-15T14:00:00.000Z");

/** One event among 1 and among 1,000 matches of 100 markets in 3 variants, against deleting by pattern. */
export async function invalidate(): Promise<InvalidateResult> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  try {
    // Warm code and connection on a match of its own; then two matches with logs of equal length.
    await fill(redis, "warm-up");
    await eventsOn(redis, "warm-up");
    await redis.flushall();
    await fill(redis, "m-0");
    const { ms: oneMatchMs } = await eventsOn(redis, "m-0");
    for (let match = 1; match < MATCHES; match++) await fill(redis, `m-${match}`);
    const { ms: thousandMatchesMs, touched } = await eventsOn(redis, "m-1");
    const scanMs = await deleteByPattern(redis, touched);
    const result = {
      oneMatchMs,
      thousandMatchesMs,
      scanMs,
      keys: MATCHES * MARKETS * VARIANTS.length,
      ratioThousandToOne: thousandMatchesMs / oneMatchMs,
      scanToEvent: scanMs / thousandMatchesMs,
    };
    table(
      ["one event", "ms", "to one match"],
      [
        ["1 match cached", oneMatchMs, 1],
        [`${MATCHES} matches cached`, thousandMatchesMs, result.ratioThousandToOne],
        ["deleting by pattern scan", scanMs, scanMs / oneMatchMs],
      ],
    );
    return result;
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

const matchesOf = (redis: Redis): MatchStore => openMatchStore(redis, "tl");

function event(matchId: string, id: string, type: string, extra: object = {}): MatchEvent {
  return MatchEvent.parse({ id, source: "bench", matchId, type, occurredAt: new Date(AT).toISOString(), ...extra });
}

async function apply(redis: Redis, truths: TruthCache, happening: MatchEvent): Promise<Applied> {
  return applyMatchEvent({ store: matchesOf(redis), truths, finishedTtlMs: 60_000, now: () => AT }, happening);
}

/** A match in play with 100 cached markets in every variant. */
async function fill(redis: Redis, matchId: string): Promise<void> {
  const truths = new TruthCache(1);
  const payload = { home: "Rovers", away: "United", kickoff: new Date(AT).toISOString(), competition: "Cup" };
  await apply(redis, truths, event(matchId, "fixture", "fixture", { payload }));
  await apply(redis, truths, event(matchId, "kick-off", "kick_off"));
  const begun = await matchesOf(redis).begin(matchId);
  if (begun.outcome !== "begun") throw new Error(`match ${matchId} is unknown`);
  const entries = marketsOf(begun.state)
    .slice(0, MARKETS)
    .map(({ id }) => ({ market: id, outcomes: { yes: 0.5, no: 0.5 }, freshUntil: AT + 3_600_000 }));
  await matchesOf(redis).commit({
    matchId,
    begun,
    predictions: new Map(VARIANTS.map(({ id }) => [id, entries])),
    predictedAt: AT,
    deltaMs: 1,
    computeMs: 1,
    complete: true,
  });
}

/** Median time of an event from its fold to its applied step. Weather changes: each touches every goal market anew. */
async function eventsOn(redis: Redis, matchId: string): Promise<{ ms: number; touched: readonly string[] }> {
  const truths = new TruthCache(1);
  truths.set(matchId, await matchesOf(redis).truth(matchId));
  const durations: number[] = [];
  let touched: readonly string[] = [];
  for (let number = 0; number < EVENTS; number++) {
    const payload = { condition: number % 2 === 0 ? "rain" : "clear" };
    const happening = event(matchId, `weather-${number}`, "weather", { sequence: number, payload });
    const began = performance.now();
    const applied = await apply(redis, truths, happening);
    durations.push(performance.now() - began);
    if (applied.outcome === "applied") touched = applied.plan.touched.map(({ market }) => market);
  }
  return { ms: median(durations), touched };
}

/**
 * The same number of entries as plain keys; one event's markets deleted by one scan each, as the earlier system did.
 */
async function deleteByPattern(redis: Redis, touched: readonly string[]): Promise<number> {
  const pipeline = 10_000;
  const batch: string[] = [];
  for (let match = 0; match < MATCHES; match++)
    for (const market of CATALOGUE.slice(0, MARKETS))
      for (const { id } of VARIANTS) {
        batch.push(`scan:m-${match}:${market.id}:${id}`, "x");
        if (batch.length >= pipeline) await redis.mset(...batch.splice(0));
      }
  if (batch.length > 0) await redis.mset(...batch);
  const patterns = touched.slice(0, MARKETS).map((market) => `scan:m-1:${market}:*`);
  const began = performance.now();
  for (const pattern of patterns) {
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(cursor, "MATCH", pattern, "COUNT", 1_000);
      if (keys.length > 0) await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== "0");
  }
  return performance.now() - began;
}
