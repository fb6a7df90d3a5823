import type { RedisClient } from "@touchline/platform";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiFixture, type HttpAnswer, startApi } from "../../services/api/src/testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "../../services/api/src/testing/played-match.ts";
import { type Line, type LineConnection, lineToPort } from "../setup/line.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";

let store: TestRedis;
let queue: TestRedis;
let line: Line;
let direct: Redis;
let api: ApiFixture;
let match: PlayedMatch;
beforeEach(async () => {
  [store, queue] = await Promise.all([startRedis(), startRedis()]);
  line = await lineToPort(store.port);
  direct = new Redis(store.url);
  api = await startApi({
    redisUrl: queue.url,
    env: {
      STORE_REDIS_URL: line.url,
      L1_MAX_BYTES: "64000000",
      LATENCY_SAMPLE_RATE: "0",
      XFETCH_BETA: "0",
      // An answer is held up here for as long as the test takes, on any machine.
      REDIS_TIMEOUT_MS: "20000",
    },
  });
  // The tag-manager and the worker reach the store by another way.
  match = await playMatch({ ...api, store: direct as RedisClient }, "m-1");
  await match.tell({ type: "kick_off" });
  await match.refresh();
  await trusted();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  direct.disconnect();
  await line.close();
  await Promise.all([store.stop(), queue.stop()]);
});

async function trusted(): Promise<void> {
  await expect.poll(() => api.api.context.l1.trusted, { interval: 5, timeout: 15_000 }).toBe(true);
}

function connection(role: "subscriber" | "store"): LineConnection {
  const found = line.connections.find((candidate) => candidate.hasSent("subscribe") === (role === "subscriber"));
  if (!found) throw new Error(`the api has no connection as ${role}`);
  return found;
}

async function scriptCalls(): Promise<number> {
  const stats = await direct.info("commandstats");
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

const PATH = "/v1/matches/m-1/predictions?markets=match_result";

interface Market {
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>>;
}

function matchResult(answer: HttpAnswer): Market {
  return (answer.json()["markets"] as Record<string, Market>)["match_result"] as Market;
}

/**
 * A read's answer is held up; the subscription breaks; `meanwhile` happens; memory is trusted again; then the answer
 * arrives.
 */
async function readAcrossAGap(meanwhile: () => Promise<unknown>): Promise<void> {
  // The read's script is known to the server from here on: one command, one answer.
  await api.get("/v1/matches/other/predictions");
  const calls = await scriptCalls();
  const [reading, hearing] = [connection("store"), connection("subscriber")];
  reading.holdAnswers();
  const held = api.get(PATH);
  await expect.poll(scriptCalls, { interval: 5 }).toBeGreaterThan(calls);
  hearing.end();
  await expect.poll(() => api.api.context.feed.subscribed, { interval: 1 }).toBe(false);
  await meanwhile();
  await trusted();
  reading.releaseAnswers();
  await held;
}

const GOAL = { type: "goal", team: "away", period: "first_half", minute: 1 } as const;

describe("a subscription that breaks and heals while one read is under way", () => {
  it("leaves no price from before a goal in memory", async () => {
    await readAcrossAGap(async () => match.tell(GOAL));
    expect(matchResult(await api.get(PATH)).status).toBe("suspended");
  });

  it("leaves none either where the goal has been priced before the subscription was back", async () => {
    await readAcrossAGap(async () => {
      await match.tell(GOAL);
      await match.refresh({ first: 0.1 });
    });
    expect(matchResult(await api.get(PATH))).toMatchObject({ status: "fresh", outcomes: { home: 0.1 } });
  });

  it("leaves none behind once a reader has seen a newer version than memory had", async () => {
    let version = 0;
    await readAcrossAGap(async () => {
      version = await match.tell(GOAL);
    });
    await api.get(`${PATH}&minVersion=${version}`);
    expect(matchResult(await api.get(PATH)).status).toBe("suspended");
  });
});
