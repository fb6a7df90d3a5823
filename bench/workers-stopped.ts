import { setTimeout as delay } from "node:timers/promises";
import { EPOCH_MARK, matchKeys } from "@touchline/cache";
import { createClient } from "@touchline/client";
import { Redis } from "ioredis";
import { startRedis } from "../test/setup/redis.ts";
import { type Installation, startInstallation } from "../test/setup/services.ts";
import { load } from "./support/load.ts";
import { median } from "./support/statistics.ts";
import { table } from "./support/table.ts";

interface WorkersStoppedResult {
  readonly upP99Ms: number;
  readonly stoppedP99Ms: number;
  /** Of reads from the store, memory turned off; the bound is 1.2. */
  readonly ratio: number;
  readonly errors: number;
}

const TURNS = 5;
const SECONDS = 3;
const CONNECTIONS = 4;
const EXPIRE_EVERY_MS = 100;
const LIFETIME_MS = 60_000;

/**
 * Reads of a match whose entries are stale, with workers at work and with all of them frozen (SIGSTOP),
 * by turns. Memory is turned off, so every read meets the stale entries and asks for a refresh.
 */
export async function workersStopped(): Promise<WorkersStoppedResult> {
  const server = await startRedis();
  const installation = await startInstallation({
    redisUrl: server.url,
    prefix: "tl",
    workers: 2,
    env: { SIMULATE_LATENCY_MS: "20", L1_MAX_BYTES: "0" },
  });
  const redis = new Redis(server.url);
  const stopping = new AbortController();
  try {
    const url = installation.apis[0]?.url ?? "";
    const kickoff = new Date(Date.now() + 3_600_000).toISOString();
    const client = createClient({ url });
    await client.registerMatch("m-1", {
      home: "Arsenal",
      away: "Leicester",
      kickoff,
      competition: "ENG-Premier League",
    });
    await client.predictions("m-1");
    const ageing = keepStale(redis, stopping.signal);
    const up: number[] = [];
    const stopped: number[] = [];
    let errors = 0;
    const measure = async (into: number[]): Promise<void> => {
      const path = `${url}/v1/matches/m-1/predictions?markets=match_result`;
      const result = await load({ url: path, connections: CONNECTIONS, seconds: SECONDS });
      into.push(result.p99Ms);
      errors += result.errors;
    };
    await measure([]);
    for (let turn = 0; turn < TURNS; turn++) {
      await measure(up);
      await whileStopped(installation, async () => measure(stopped));
    }
    stopping.abort();
    await ageing;
    const result = {
      upP99Ms: median(up),
      stoppedP99Ms: median(stopped),
      ratio: median(stopped) / median(up),
      errors,
    };
    table(
      ["stale reads", "p99 ms"],
      [
        ["workers up", result.upP99Ms],
        ["workers stopped", result.stoppedP99Ms],
        ["ratio", result.ratio],
      ],
    );
    return result;
  } finally {
    stopping.abort();
    redis.disconnect();
    await installation.stop();
    await server.stop();
  }
}

async function whileStopped({ workers }: Installation, measure: () => Promise<void>): Promise<void> {
  for (const worker of workers) worker.pause();
  try {
    await measure();
  } finally {
    for (const worker of workers) worker.resume();
  }
}

/** Ages what workers renew past its lifetime, within its grace, until `signal` is aborted. */
async function keepStale(redis: Redis, signal: AbortSignal): Promise<void> {
  const key = matchKeys("tl", "m-1").entries("default");
  while (!signal.aborted) {
    for (const [market, text] of Object.entries(await redis.hgetall(key))) {
      if (market === EPOCH_MARK) continue;
      const fields = text.split(" ");
      const aged = Date.now() - 1.2 * LIFETIME_MS;
      await redis.hset(key, market, [...fields.slice(0, 5), aged, aged + LIFETIME_MS, ...fields.slice(7)].join(" "));
    }
    await delay(EXPIRE_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
