import { enqueueRefresh, openQueue, queuePrefix, REFRESH_QUEUE } from "@touchline/queue";
import { afterEach, describe, expect, it } from "vitest";
import { type ApiFixture, type ApiFixtureOptions, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";

const fixtures: ApiFixture[] = [];
afterEach(async () => {
  for (const fixture of fixtures.splice(0)) await fixture[Symbol.asyncDispose]();
});

async function start(options: ApiFixtureOptions = {}): Promise<ApiFixture> {
  const fixture = await startApi({ ...options, env: { LATENCY_SAMPLE_RATE: "1", ...options.env } });
  fixtures.push(fixture);
  return fixture;
}

const path = "/v1/matches/m-1/predictions?markets=match_result";

describe("what an api exports to Prometheus", () => {
  it("has every named counter under its own name, and no reset touches it", async () => {
    const fixture = await start();
    await (await playMatch(fixture, "m-1")).refresh();
    await fixture.get(path);
    await fixture.get(path);
    await fixture.send("POST", "/v1/cache/stats/reset", {});
    for (const name of ["total_requests", "cache_hit_fresh", "swr_served_fresh", "strategy_serve_fresh", "vix_normal"])
      expect([name, await fixture.metric(`${name}_total`)]).toEqual([name, 2]);
    expect(await fixture.metric("golden_hour_total")).toBe(2);
    expect(await fixture.metric("hit_rate_ratio")).toBe(1);
    expect(await fixture.metric("vix_panic_rate_ratio")).toBe(0);
    const least = await fixture.metric("min_latency_seconds");
    expect(least).toBeGreaterThan(0);
    expect(await fixture.metric("max_latency_seconds")).toBeGreaterThanOrEqual(least);
  });

  it("counts an invalidation by hand as an invalidation", async () => {
    const fixture = await start();
    await (await playMatch(fixture, "m-1")).refresh();
    await fixture.send("POST", "/v1/matches/m-1/invalidate", { markets: ["match_result"] });
    expect(await fixture.metric("surgical_invalidation_total")).toBe(1);
    expect(await fixture.metric("markets_affected_logical_total")).toBe(1);
  });

  it("measures nothing while the sampling is 0, and counts all the same", async () => {
    const fixture = await start();
    await (await playMatch(fixture, "m-1")).refresh();
    expect((await fixture.send("PUT", "/v1/cache/stats/sampling", { rate: 0 })).status).toBe(200);
    await fixture.get(path);
    expect(await fixture.metric("total_requests_total")).toBe(1);
    expect(await fixture.metric("min_latency_seconds")).toBeNaN();
    expect(await fixture.metric('answer_age_seconds_count{status="fresh"}')).toBe(0);
  });

  it("says how old answers are, by their label", async () => {
    const fixture = await start();
    await (await playMatch(fixture, "m-1")).refresh({ ageMs: 70_000 });
    await fixture.get(path);
    expect(await fixture.metric('answer_age_seconds_count{status="stale"}')).toBe(1);
    expect(await fixture.metric('answer_age_seconds_sum{status="stale"}')).toBeGreaterThanOrEqual(70);
  });

  it("says what waits, and for how long the oldest refresh has", async () => {
    const fixture = await start();
    const { config, queue } = fixture;
    const refreshes = openQueue(REFRESH_QUEUE, queue, queuePrefix(config.KEY_PREFIX, config.REDIS_MODE));
    expect(await fixture.metric("oldest_waiting_refresh_seconds")).toBe(0);
    await enqueueRefresh(refreshes, "m-1", "background");
    await enqueueRefresh(refreshes, "m-2", "live");
    fixture.clock.now += 90_000;
    await expect.poll(async () => fixture.metric("refreshes_waiting")).toBe(2);
    expect(await fixture.metric("oldest_waiting_refresh_seconds")).toBeGreaterThanOrEqual(89);
    await refreshes.close();
  });

  it("says of both Redis roles whether they answer, with memory, policy and latency", async () => {
    const fixture = await start();
    for (const role of ["store", "queue"]) {
      expect(await fixture.metric(`redis_up{role="${role}"}`)).toBe(1);
      expect(await fixture.metric(`redis_memory_bytes{role="${role}"}`)).toBeGreaterThan(0);
      expect(await fixture.metric(`redis_latency_seconds{role="${role}"}`)).toBeGreaterThan(0);
      expect(await fixture.metric(`redis_policy_wrong{role="${role}"}`)).toBe(0);
    }
  });

  it("counts live matches by volatility, and its own memory", async () => {
    const fixture = await start({ env: { L1_MAX_BYTES: "1000000" } });
    await (await playMatch(fixture, "m-1")).refresh();
    await fixture.get(path);
    expect(await fixture.metric('l1_bytes{kind="snapshots"}')).toBeGreaterThan(0);
    expect(await fixture.metric('live_matches{level="panic"}')).toBe(0);
  });
});
