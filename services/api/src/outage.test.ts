import { describe, expect, it } from "vitest";
import { watchMachineDelay } from "../../../test/setup/machine-delay.ts";
import { startRedis } from "../../../test/setup/redis.ts";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";

const TIMEOUT_MS = 300;
/** Room for a slow machine; far below what a request without a deadline would take. */
const SLACK_MS = 700;

const FIXTURE = { home: "Rovers", away: "United", kickoff: "2026-11-21T15:00:00Z", competition: "Cup" };
const EVENT = {
  id: "e-1",
  source: "feed",
  matchId: "m-1",
  type: "weather",
  occurredAt: FIXTURE.kickoff,
  payload: { condition: "rain" },
};

const REQUESTS: readonly [what: string, ask: (api: ApiFixture) => Promise<HttpAnswer>][] = [
  ["predictions", async (api) => api.get("/v1/matches/m-1/predictions")],
  ["a match", async (api) => api.get("/v1/matches/m-1")],
  ["matches", async (api) => api.get("/v1/matches")],
  ["a stream", async (api) => api.get("/v1/matches/m-1/stream")],
  ["events", async (api) => api.send("POST", "/v1/events", EVENT)],
  ["a fixture", async (api) => api.send("PUT", "/v1/matches/m-1", FIXTURE)],
];

async function startWithRedisOfItsOwn() {
  const redis = await startRedis();
  const env = { REDIS_TIMEOUT_MS: String(TIMEOUT_MS), MISS_WAIT_MS: "200", APPLY_WAIT_MS: "200" };
  const api = await startApi({ redisUrl: redis.url, env });
  const match = await playMatch(api, "m-1");
  await match.refresh();
  return { redis, api };
}

/** Every request is answered in time with a 503 that says when to come back. */
async function expectOrderlyRefusal(api: ApiFixture): Promise<void> {
  for (const [what, ask] of REQUESTS) {
    const began = performance.now();
    const delayMs = watchMachineDelay();
    const { status, headers } = await ask(api);
    expect([what, status, headers["retry-after"]]).toEqual([what, 503, "1"]);
    expect(performance.now() - began, what).toBeLessThan(TIMEOUT_MS + SLACK_MS + delayMs());
  }
}

async function expectService(api: ApiFixture): Promise<void> {
  await expect.poll(async () => (await api.get("/readyz")).status).toBe(200);
  expect((await api.get("/v1/matches")).status).toBe(200);
}

describe("while Redis hangs", () => {
  it("every request is refused within the deadline; the process is alive and not ready; then it goes on", async () => {
    const { redis, api } = await startWithRedisOfItsOwn();
    try {
      redis.pause();
      await expectOrderlyRefusal(api);
      const together = await Promise.all(
        Array.from({ length: 100 }, async () => api.get("/v1/matches/m-1/predictions")),
      );
      expect(new Set(together.map(({ status }) => status))).toEqual(new Set([503]));
      expect((await api.get("/livez")).status).toBe(200);
      expect((await api.get("/readyz")).status).toBe(503);
      expect((await api.get("/metrics")).status).toBe(200);
      expect((await api.get("/v1/health")).json()).toMatchObject({ store: { answers: false }, matches: null });
      expect((await api.get("/v1/markets")).status).toBe(200);
      redis.resume();
      await expectService(api);
      expect((await api.get("/v1/matches/m-1/predictions")).status).toBe(200);
    } finally {
      redis.resume();
      await api[Symbol.asyncDispose]();
      await redis.stop();
    }
  });
});

describe("while Redis is gone", () => {
  it("every request is refused within the deadline; then it goes on", async () => {
    const { redis, api } = await startWithRedisOfItsOwn();
    try {
      await redis.kill();
      await expectOrderlyRefusal(api);
      await redis.restart();
      await expectService(api);
    } finally {
      await api[Symbol.asyncDispose]();
      await redis.stop();
    }
  });
});

describe("while the store alone is gone", () => {
  it("events are still taken: duplicates among them are found when they are applied", async () => {
    const [store, queue] = [await startRedis(), await startRedis()];
    const env = { STORE_REDIS_URL: store.url, REDIS_TIMEOUT_MS: String(TIMEOUT_MS) };
    const api = await startApi({ redisUrl: queue.url, env });
    try {
      await store.kill();
      const answer = await api.send("POST", "/v1/events", EVENT);
      expect([answer.status, answer.json()["accepted"]]).toEqual([202, 1]);
      expect((await api.get("/v1/matches/m-1/predictions")).status).toBe(503);
    } finally {
      await api[Symbol.asyncDispose]();
      await store.stop();
      await queue.stop();
    }
  });
});
