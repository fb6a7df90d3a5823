import { matchKeys } from "@touchline/cache";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { untilSo } from "../faults/support/counters.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { type ReplicatedRedis, startReplicatedRedis } from "../setup/replicated-redis.ts";
import { type RunningService, startService } from "../setup/services.ts";

const PREFIX = "failover";
const { match: MATCH, refresh: REFRESH } = matchKeys(PREFIX, "m-1");
/** Long enough for a failover during the compute, on any machine. */
const COMPUTE_MS = 3_000;

let redis: ReplicatedRedis;
let queue: TestRedis;
let api: RunningService;
let tagManager: RunningService;
let worker: RunningService;
beforeEach(async () => {
  [redis, queue] = await Promise.all([startReplicatedRedis(), startRedis()]);
  const env = {
    REDIS_URL: queue.url,
    QUEUE_REDIS_URL: queue.url,
    STORE_REDIS_URL: redis.address.url,
    KEY_PREFIX: PREFIX,
    FALLBACK_CONCURRENCY: "0",
    MISS_WAIT_MS: "0",
  };
  [api, tagManager, worker] = await Promise.all([
    startService("api", env, { echoErrors: false }),
    startService("tag-manager", env, { echoErrors: false }),
    startService("worker", { ...env, SIMULATE_LATENCY_MS: String(COMPUTE_MS) }, { echoErrors: false }),
  ]);
});
afterEach(async () => {
  await Promise.all([api, tagManager, worker].map(async (service) => service?.stop()));
  await Promise.all([redis.stop(), queue.stop()]);
});

async function call(method: string, path: string, body?: object): Promise<Response> {
  return fetch(api.url + path, {
    method,
    headers: { "content-type": "application/json" },
    signal: AbortSignal.timeout(10_000),
    ...(body && { body: JSON.stringify(body) }),
  });
}

let events = 0;
async function tell(type: string, extra: object = {}): Promise<void> {
  const event = { id: `e${++events}`, source: "test", matchId: "m-1", type, payload: {}, ...extra };
  const answer = await call("POST", "/v1/events", { ...event, occurredAt: new Date().toISOString() });
  expect(answer.status).toBe(202);
}

interface Market {
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>> | null;
}

async function matchResult(): Promise<Market> {
  const answer = await call("GET", "/v1/matches/m-1/predictions?markets=match_result");
  const body = (await answer.json()) as { markets?: Record<string, Market> };
  return body.markets?.["match_result"] ?? { status: `HTTP ${answer.status}`, outcomes: null };
}

/** Refresh jobs that the worker has ended, whatever came of them. */
async function endedRefreshes(): Promise<number> {
  const response = await fetch(`${worker.url}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("touchline_refresh_jobs_total{"));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

describe("api, tag-manager and worker on a store that fails over during a compute and loses an event", () => {
  it("show no price from before the next goal, and price it in the end", async () => {
    await call("PUT", "/v1/matches/m-1", {
      home: "Rovers",
      away: "United",
      kickoff: new Date().toISOString(),
      competition: "Cup",
    });
    await tell("kick_off");
    const before = await untilSo("a first price in play", matchResult, ({ status }) => status === "fresh");
    await untilSo(
      "nothing under way",
      async () => redis.onMaster.hget(REFRESH, "begunAt"),
      (begunAt) => begunAt === null,
    );
    await redis.replicated();
    redis.cutReplication();
    await tell("red_card", { team: "home", period: "first_half", minute: 1 });
    await untilSo(
      "a refresh for the red card",
      async () => redis.onMaster.hget(REFRESH, "begunAt"),
      (begunAt) => begunAt !== null,
    );
    const ended = await endedRefreshes();
    await redis.failOver();
    await untilSo("the end of that refresh", endedRefreshes, (count) => count > ended);
    await tell("goal", { team: "away", period: "first_half", minute: 2 });
    await untilSo(
      "the goal on the new master",
      async () => JSON.parse((await redis.onReplica.hget(MATCH, "state")) ?? "{}") as { score?: { away: number } },
      ({ score }) => score?.away === 1,
    );
    // The compute for the goal takes its time, so nobody can have its price yet. Without any entry the answer is a 503.
    expect(["suspended", "missing", "HTTP 503"]).toContain((await matchResult()).status);
    const after = await untilSo("the price of the goal", matchResult, ({ status }) => status === "fresh");
    expect(after.outcomes?.["away"]).toBeGreaterThan((before.outcomes?.["away"] ?? 1) + 0.1);
  }, 60_000);
});
