import { parseArgs } from "node:util";
import { matchKeys, openMatchStore } from "@touchline/cache";
import type { MatchEventInput } from "@touchline/domain";
import { enqueueEvents, EVENTS_QUEUE, openQueue } from "@touchline/queue";
import type { Queue } from "bullmq";
import { Redis } from "ioredis";
import { startRedis } from "../test/setup/redis.ts";
import { type RunningService, startService } from "../test/setup/services.ts";
import { measurePriceTurns } from "./support/price-turns.ts";
import { median, percentile } from "./support/statistics.ts";
import { table } from "./support/table.ts";

interface PricesResult extends Partial<Shares> {
  readonly prices: number;
  /** Applied prices a second: of all, and the median over thousands at the beginning and at the end. */
  readonly perSecond: number;
  readonly firstPerSecond: number;
  readonly lastPerSecond: number;
  /** Speed of the last tenth against the first. */
  readonly ratio: number;
  /** From adding a corner of another match to its step by the store's clock, milliseconds. */
  readonly cornerP50Ms: number;
  readonly cornerP99Ms: number;
  /** Of all, and of those after the first five thousand prices: before, the tag-manager has just started. */
  readonly cornerMaxMs: number;
  readonly cornerWarmMaxMs: number;
  readonly logEvents: number;
  readonly logBytes: number;
  /** Of the tag-manager, at the first and at the last measure. */
  readonly memoryFirstMb: number;
  readonly memoryLastMb: number;
}

const MARKETS = ["match_result", "over_under_2_5", "both_teams_to_score"];
const THOUSAND = 1_000;
const MOST_WAITING = 4_000;
/** Thousands of prices after which the tag-manager's code has been compiled. */
const WARM_THOUSANDS = 5;
const POLL_MS = 20;

/**
 * Price updates of one match, three markets of three outcomes, added as fast as they are applied. Meanwhile another
 * match has corners: each is timed from its addition to its step.
 */
export async function prices(args: string[]): Promise<PricesResult> {
  const { values } = parseArgs({ args, options: { count: { type: "string", default: "100000" } } });
  const count = Number(values.count);
  if (!Number.isSafeInteger(count) || count < 10 * THOUSAND)
    throw new Error("--count must be a whole number of at least 10000");
  const server = await startRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const events = openQueue(EVENTS_QUEUE, redis, "bull");
  const service = await startService("tag-manager", { REDIS_URL: server.url });
  try {
    await kickOff(events);
    const corners = new Corners(redis, events);
    const memory: number[] = [];
    const began = performance.now();
    const doneAt: number[] = [];
    for (let thousand = 0; thousand < count / THOUSAND; thousand++) {
      await enqueueEvents(events, quotes(thousand * THOUSAND, THOUSAND));
      await corners.add();
      while ((await handled(service)) + MOST_WAITING < (thousand + 1) * THOUSAND) await pause();
      doneAt.push(performance.now() - began);
      if (thousand % 10 === 9) memory.push(await residentMb(service));
    }
    while ((await unfinished(events)) > 0) await pause();
    const seconds = (performance.now() - began) / 1_000;
    const speeds = doneAt.map((at, index) => (THOUSAND * 1_000) / (at - (doneAt[index - 1] ?? 0)));
    // The first thousands fill the queue.
    const measured = speeds.slice(MOST_WAITING / THOUSAND);
    const tenth = Math.ceil(measured.length / 10);
    const [first, last] = [median(measured.slice(0, tenth)), median(measured.slice(-tenth))];
    const waits = await corners.waits();
    const { log } = matchKeys("tl", "m-flooded");
    const result: PricesResult = {
      prices: count,
      perSecond: Math.round(count / seconds),
      firstPerSecond: Math.round(first),
      lastPerSecond: Math.round(last),
      ratio: Number((last / first).toFixed(2)),
      cornerP50Ms: percentile(waits, 0.5),
      cornerP99Ms: percentile(waits, 0.99),
      cornerMaxMs: Math.max(...waits),
      cornerWarmMaxMs: Math.max(...waits.slice(WARM_THOUSANDS)),
      logEvents: await redis.hlen(log),
      logBytes: Number(await redis.memory("USAGE", log, "SAMPLES", 0)),
      memoryFirstMb: memory[0] ?? Number.NaN,
      memoryLastMb: memory.at(-1) ?? Number.NaN,
    };
    table(
      [`${count} prices of one match`, ""],
      [
        ["applied a second", result.perSecond],
        ["of the first tenth", result.firstPerSecond],
        ["of the last tenth", result.lastPerSecond],
        ["last against first", result.ratio],
        ["corner of another match applied, p50 ms", result.cornerP50Ms],
        ["p99, ms", result.cornerP99Ms],
        ["the slowest of them, ms", result.cornerMaxMs],
        ["the slowest once the tag-manager is warm, ms", result.cornerWarmMaxMs],
        ["events in the log", result.logEvents],
        ["bytes of the log", result.logBytes],
        ["tag-manager after 10,000, MB", result.memoryFirstMb],
        ["tag-manager at the end, MB", result.memoryLastMb],
      ],
    );
    const cpuMs = await cpuOfPrice(service, count);
    await service.stop();
    return { ...result, ...(await shares(redis, cpuMs)) };
  } finally {
    await events.close();
    redis.disconnect();
    await service.stop();
    await server.stop();
  }
}

/** Corners of another match, and when each was added by the store's clock. */
class Corners {
  readonly #redis: Redis;
  readonly #events: Queue;
  readonly #addedAt = new Map<string, number>();

  constructor(redis: Redis, events: Queue) {
    this.#redis = redis;
    this.#events = events;
  }

  async add(): Promise<void> {
    const id = `corner-${this.#addedAt.size}`;
    this.#addedAt.set(id, await this.#now());
    await enqueueEvents(this.#events, [eventOf("m-other", "corner", id, { team: "home" })]);
  }

  /** Milliseconds to the step of each. */
  async waits(): Promise<number[]> {
    const messages = await openMatchStore(this.#redis, "tl").feed("m-other", 0, 1_000);
    return messages.flatMap(({ text }) => {
      const { at, event } = JSON.parse(text) as { at: number; event?: { id: string } };
      const addedAt = this.#addedAt.get(event?.id ?? "");
      return addedAt === undefined ? [] : [at - addedAt];
    });
  }

  async #now(): Promise<number> {
    const [seconds = 0, micros = 0] = (await this.#redis.time()).map(Number);
    return seconds * 1_000 + Math.floor(micros / 1_000);
  }
}

/** CPU of the tag-manager for each price, milliseconds. */
async function cpuOfPrice(service: RunningService, count: number): Promise<number> {
  const coalesced = await service.metric("touchline_events_coalesced_total");
  const cpu = await service.metric("touchline_process_cpu_seconds_total");
  const steps = count - coalesced;
  table(
    ["of the tag-manager", ""],
    [
      ["steps", steps],
      ["prices in a step, mean", count / steps],
      ["CPU for each price, ms", (cpu * 1_000) / count],
    ],
  );
  return (cpu * 1_000) / count;
}

interface Shares {
  /** Of the time that each price costs, milliseconds. */
  readonly foldMs: number;
  readonly planMs: number;
  readonly scriptMs: number;
  readonly queueMs: number;
}

/**
 * What each part of a turn costs, measured without the queue; what the tag-manager took beyond that is the queue's: taking
 * jobs, reading and finishing them.
 */
async function shares(redis: Redis, cpuMs: number): Promise<Shares> {
  const { fold, plan, script, scriptInRedis, turn } = await measurePriceTurns(
    redis,
    beginningOf("m-turns"),
    (from, count) => quotes(from, count).map((quote) => ({ ...quote, matchId: "m-turns" })),
  );
  const queue = Math.max(0, cpuMs - (turn - scriptInRedis));
  const all = turn + queue;
  const row = (name: string, ms: number): [string, number, string] => [name, ms, `${Math.round((100 * ms) / all)} %`];
  table(
    ["of each price, in turns of 64", "ms", "share"],
    [
      row("fold", fold),
      row("plan", plan),
      row("script, its text and its answer included", script),
      row("of that in Redis", scriptInRedis),
      row("the rest of a turn", Math.max(0, turn - fold - plan - script)),
      row("queue: taking, reading and finishing the job", queue),
    ],
  );
  return { foldMs: fold, planMs: plan, scriptMs: script, queueMs: queue };
}

async function handled(service: RunningService): Promise<number> {
  return service.metric('touchline_events_handled_total{outcome="applied"}');
}

async function residentMb(service: RunningService): Promise<number> {
  return Math.round((await service.metric("touchline_process_resident_memory_bytes")) / 1_048_576);
}

async function kickOff(events: Queue): Promise<void> {
  await enqueueEvents(events, ["m-flooded", "m-other"].flatMap(beginningOf));
  while ((await unfinished(events)) > 0) await pause();
}

function beginningOf(id: string): MatchEventInput[] {
  const kickoff = new Date(startedAt).toISOString();
  const payload = { home: "Arsenal", away: "Leicester", kickoff, competition: "ENG-Premier League" };
  return [eventOf(id, "fixture", "fixture", { payload }), eventOf(id, "kick_off", "kick-off", {})];
}

const startedAt = Date.now() - 40 * 60_000;

/** Prices quoted one in 20 ms: 100,000 of them in 33 minutes. */
function quotes(from: number, count: number): MatchEventInput[] {
  return Array.from({ length: count }, (_unused, index) => {
    const number = from + index;
    const home = 2 + ((number * 7) % 23) / 100;
    return eventOf("m-flooded", "odds_update", `price-${number}`, {
      occurredAt: new Date(startedAt + 60_000 + 20 * number).toISOString(),
      payload: { market: MARKETS[number % MARKETS.length] ?? "", prices: { home, draw: 3.2, away: 5.7 - home } },
    });
  });
}

function eventOf(matchId: string, type: string, id: string, more: Partial<MatchEventInput>): MatchEventInput {
  return { source: "bench", id, matchId, type, occurredAt: new Date(startedAt).toISOString(), ...more };
}

async function unfinished(queue: Queue): Promise<number> {
  return queue.getJobCountByTypes("waiting", "prioritized", "delayed", "active");
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
