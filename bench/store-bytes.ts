import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { matchKeys } from "@touchline/cache";
import { MatchEvent, VARIANTS } from "@touchline/domain";
import { parseTimelines, timelineToEvents } from "@touchline/feeds";
import { Redis } from "ioredis";
import { applyMatchEvent } from "../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../services/tag-manager/src/truth-cache.ts";
import { startRedis } from "../test/setup/redis.ts";
import { TestStore } from "../test/setup/store.ts";
import { table } from "./support/table.ts";

/** Bytes of a match's keys in the store, as `MEMORY USAGE` tells them. */
type Bytes = Readonly<Record<string, number>>;

interface StoreBytesResult {
  readonly matches: number;
  /** Of all of them, as the server counts its memory, divided by their number. */
  readonly perRegisteredMatch: number;
  readonly perListedMatch: number;
  readonly registered: Bytes;
  readonly afterPrices: Bytes;
  readonly inPlay: Bytes;
  readonly ended: Bytes;
}

const TIMELINE = new URL("../data/timelines/southampton-west-ham-3-2.ndjson", import.meta.url);
const MARKETS = ["match_result", "over_under_2_5", "both_teams_to_score"];
const TRUTH = ["match", "log", "facts", "required", "settled", "refresh", "touched", "feed"] as const;

/**
 * What a match takes in the store, by key: registered, after prices before kick-off, in play, and after its end; each
 * refreshed whenever an event has touched it. Then the memory of a store with many registered matches.
 */
export async function storeBytes(args: string[]): Promise<StoreBytesResult> {
  const { values } = parseArgs({
    args,
    options: { matches: { type: "string", default: "1000" }, prices: { type: "string", default: "4400" } },
  });
  const [matches, prices] = [Number(values.matches), Number(values.prices)];
  if (!Number.isSafeInteger(matches) || matches < 1) throw new Error("--matches must be a whole number of at least 1");
  if (!Number.isSafeInteger(prices) || prices < 0) throw new Error("--prices must be a whole number");
  const server = await startRedis();
  const redis = new Redis(server.url);
  try {
    const one = await oneMatch(new TestStore(redis), prices);
    const all = await manyMatches(redis, matches);
    const stages = [one.registered, one.afterPrices, one.inPlay, one.ended];
    table(
      ["bytes of one match", "registered", `${prices} prices`, "in play", "ended"],
      [...TRUTH, "truth", ...VARIANTS.map(({ id }) => id), "entries", "all"].map((key) => [
        key,
        ...stages.map((stage) => stage[key] ?? 0),
      ]),
    );
    table(
      [`${matches} matches`, ""],
      [
        ["bytes of a registered match, by the server's memory", all.registered],
        ["the same once each has been refreshed", all.refreshed],
      ],
    );
    return { matches, perRegisteredMatch: all.registered, perListedMatch: all.refreshed, ...one };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

async function oneMatch(
  store: TestStore,
  prices: number,
): Promise<Pick<StoreBytesResult, "registered" | "afterPrices" | "inPlay" | "ended">> {
  const matchId = "m-one";
  const events = await eventsOf(matchId, store.now);
  const truths = new TruthCache(10);
  const take = async (event: MatchEvent): Promise<void> => {
    store.now = Math.max(store.now, Date.parse(event.occurredAt));
    const applied = await store.applyAs(truths, event);
    if (applied.outcome === "applied" && applied.plan.touched.length > 0) await store.refresh(matchId);
  };
  const [fixture, ...others] = events;
  if (!fixture) throw new Error("the timeline is empty");
  await take(fixture);
  const registered = await bytesOf(store, matchId);
  for (let number = 0; number < prices; number++) await store.applyAs(truths, quote(matchId, number, store.now));
  await store.refresh(matchId);
  const afterPrices = await bytesOf(store, matchId);
  const middle = others.findIndex(({ type, period }) => type === "period_end" && period === "first_half");
  for (const event of others.slice(0, middle)) await take(event);
  const inPlay = await bytesOf(store, matchId);
  for (const event of others.slice(middle)) await take(event);
  return { registered, afterPrices, inPlay, ended: await bytesOf(store, matchId) };
}

/** By the server's own memory: what a key costs beside its value is in it. */
async function manyMatches(redis: Redis, matches: number): Promise<{ registered: number; refreshed: number }> {
  await redis.flushall();
  const store = new TestStore(redis);
  const truths = new TruthCache(10);
  const ids = Array.from({ length: matches }, (_unused, index) => `m-${index}`);
  const empty = await usedMemory(redis);
  for (const matchId of ids) {
    const [fixture] = await eventsOf(matchId, store.now);
    if (fixture) await applyMatchEvent(store.applyDependencies(truths), fixture);
  }
  const registered = await usedMemory(redis);
  for (const matchId of ids) await store.refresh(matchId);
  const refreshed = await usedMemory(redis);
  return {
    registered: Math.round((registered - empty) / matches),
    refreshed: Math.round((refreshed - empty) / matches),
  };
}

async function usedMemory(redis: Redis): Promise<number> {
  const [, used] = /used_memory:(\d+)/.exec(await redis.info("memory")) ?? [];
  return Number(used);
}

let timeline: string | undefined;

async function eventsOf(matchId: string, now: number): Promise<MatchEvent[]> {
  timeline ??= await readFile(TIMELINE, "utf8");
  const [lines = []] = parseTimelines(timeline).values();
  const inputs = timelineToEvents(lines, { matchId, kickoff: now + 7_200_000, speed: 1 });
  return inputs
    .map((input) => MatchEvent.parse(input))
    .toSorted((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt));
}

function quote(matchId: string, number: number, now: number): MatchEvent {
  const home = 2 + ((number * 7) % 23) / 100;
  return MatchEvent.parse({
    source: "bench",
    id: `price-${number}`,
    matchId,
    type: "odds_update",
    occurredAt: new Date(now + number * 200).toISOString(),
    payload: { market: MARKETS[number % MARKETS.length] ?? "", prices: { home, draw: 3.2, away: 5.7 - home } },
  });
}

async function bytesOf({ redis, prefix }: TestStore, matchId: string): Promise<Bytes> {
  const keys = matchKeys(prefix, matchId);
  const sizeOf = async (key: string): Promise<number> =>
    Number((await redis.call("MEMORY", "USAGE", key, "SAMPLES", "0")) ?? 0);
  const truth = await Promise.all(TRUTH.map(async (name) => [name, await sizeOf(keys[name])] as const));
  const entries = await Promise.all(VARIANTS.map(async ({ id }) => [id, await sizeOf(keys.entries(id))] as const));
  const sum = (sizes: readonly (readonly [string, number])[]): number => sizes.reduce((all, [, size]) => all + size, 0);
  return {
    ...Object.fromEntries([...truth, ...entries]),
    truth: sum(truth),
    entries: sum(entries),
    all: sum([...truth, ...entries]),
  };
}
