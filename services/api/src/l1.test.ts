import { changesChannel } from "@touchline/cache";
import { afterEach, describe, expect, it } from "vitest";
import { startRedis } from "../../../test/setup/redis.ts";
import { type ApiFixture, type ApiFixtureOptions, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";

const fixtures: ApiFixture[] = [];
afterEach(async () => {
  for (const fixture of fixtures.splice(0)) await fixture[Symbol.asyncDispose]();
});

async function startWithMemory(options: ApiFixtureOptions = {}): Promise<ApiFixture> {
  const fixture = await startApi({
    ...options,
    env: { L1_MAX_BYTES: "64000000", L1_LEASE_MS: "10000", LATENCY_SAMPLE_RATE: "1", ...options.env },
  });
  fixtures.push(fixture);
  return fixture;
}

/** Resolves once the api has received everything published so far. */
async function received({ api, store, config }: ApiFixture): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = api.context.feed.listenAll({
    onGist: ({ matchId }) => matchId === "the-end" && resolve(),
    onPing: () => undefined,
    onGap: () => undefined,
  });
  await store.publish(changesChannel(config.KEY_PREFIX), '{"kind":"probe","matchId":"the-end"}');
  await promise;
  stop();
}

async function trusted({ api }: ApiFixture): Promise<void> {
  await expect.poll(() => api.context.l1.trusted, { interval: 5 }).toBe(true);
}

const path = "/v1/matches/m-1/predictions?markets=match_result";

/** A running match whose answer is in memory. */
async function remembered(fixture: ApiFixture): Promise<Awaited<ReturnType<typeof playMatch>>> {
  const match = await playMatch(fixture, "m-1");
  await match.tell({ type: "kick_off" });
  await match.refresh();
  await received(fixture);
  await trusted(fixture);
  await fixture.get(path);
  return match;
}

describe("the memory of an api process", () => {
  it("answers the same bytes and headers as the store did, and counts every answer", async () => {
    const fixture = await startWithMemory();
    await remembered(fixture);
    const first = await fixture.get(path);
    const second = await fixture.get(path);
    expect(second.text).toBe(first.text);
    expect(second.headers["etag"]).toBe(first.headers["etag"]);
    expect(second.headers["cache-status"]).toContain("touchline; hit");
    expect(await fixture.metric("l1_hits_total")).toBe(2);
    expect(await fixture.metric('predictions_reads_total{status="fresh"}')).toBe(3);
    expect(await fixture.metric('markets_served_total{status="fresh"}')).toBe(3);
  });

  it("answers 304 to a reader who has the bytes already", async () => {
    const fixture = await startWithMemory();
    await remembered(fixture);
    const { headers } = await fixture.get(path);
    const again = await fixture.get(path, { "if-none-match": String(headers["etag"]) });
    expect([again.status, again.text]).toEqual([304, ""]);
    expect(await fixture.metric("l1_hits_total")).toBe(2);
  });

  it("reads suspended as soon as the goal has been received", async () => {
    const fixture = await startWithMemory();
    const match = await remembered(fixture);
    expect((await fixture.get(path)).json()).toMatchObject({ status: "fresh" });
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 1 });
    await received(fixture);
    expect((await fixture.get(path)).json()).toMatchObject({ status: "suspended" });
  });

  it("never answers a reader who names a later version from memory", async () => {
    const fixture = await startWithMemory();
    const match = await remembered(fixture);
    const version = await match.tell({ type: "goal", team: "home", period: "first_half", minute: 1 });
    const answer = await fixture.get(`${path}&minVersion=${version}`);
    expect(answer.json()).toMatchObject({ status: "suspended" });
  });

  it("leaves requests with directives of their own to the ordinary path", async () => {
    const fixture = await startWithMemory();
    await remembered(fixture);
    await fixture.get(path, { "cache-control": "no-cache" });
    expect(await fixture.metric("l1_hits_total")).toBe(0);
  });

  it("keeps no more than it may", async () => {
    const fixture = await startWithMemory({ env: { L1_MAX_BYTES: "40000" } });
    await remembered(fixture);
    for (let line = 0; line < 200; line++) await fixture.get(`${path}&unused=${line}`);
    expect(fixture.api.context.l1.answers.bytes).toBeLessThanOrEqual(20_000);
  });
});

describe("a memory that cannot be trusted", () => {
  it("is not used once its subscription is cut, and the store's truth is served", async () => {
    const fixture = await startWithMemory();
    const match = await remembered(fixture);
    const emptied = await fixture.metric("l1_emptied_total");
    const { promise: gap, resolve } = Promise.withResolvers<void>();
    fixture.api.context.feed.listenAll({ onGist: () => undefined, onPing: () => undefined, onGap: resolve });
    await fixture.store.client("KILL", "TYPE", "PUBSUB");
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 1 });
    await gap;
    expect((await fixture.get(path)).json()).toMatchObject({ status: "suspended" });
    expect(await fixture.metric("l1_emptied_total")).toBeGreaterThan(emptied);
  });

  it("is served labelled when the store hangs, and within the deadline", async () => {
    const server = await startRedis();
    const fixture = await startWithMemory({
      redisUrl: server.url,
      env: { REDIS_TIMEOUT_MS: "200", L1_LEASE_MS: "200", L1_MAX_BYTES: "64000000" },
    });
    try {
      await remembered(fixture);
      server.pause();
      await expect.poll(() => fixture.api.context.l1.trusted, { interval: 5 }).toBe(false);
      const answers = await Promise.all(Array.from({ length: 20 }, async () => fixture.get(path)));
      for (const answer of answers)
        expect(answer.json()).toMatchObject({
          status: "stale",
          markets: { match_result: { status: "stale", reason: { code: "store_unavailable" } } },
        });
    } finally {
      server.resume();
    }
    await trusted(fixture);
    await expect.poll(async () => (await fixture.get(path)).json()["status"], { interval: 10 }).toBe("fresh");
    fixtures.splice(fixtures.indexOf(fixture), 1);
    await fixture[Symbol.asyncDispose]();
    await server.stop();
  });
});
