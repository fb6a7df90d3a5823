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
type Counters = Record<string, Record<string, number>>;

async function counters(fixture: ApiFixture, query = ""): Promise<Counters> {
  return (await fixture.get(`/v1/cache/stats${query}`)).json() as Counters;
}

describe("the named counters", () => {
  it("sum the reads of all processes, each in its categories", async () => {
    const one = await start();
    const other = await start({ beside: one });
    const match = await playMatch(one, "m-1");
    await match.refresh();
    await one.get(path);
    await other.get(path);
    await other.get(path);
    await other.api.context.stats.flush();
    expect(await counters(one)).toMatchObject({
      performance: { total_requests: 3, cache_hit_fresh: 3, cache_hit_stale: 0, hit_rate_pct: 100 },
      swr: { swr_served_fresh: 3 },
      strategy: { strategy_serve_fresh: 3 },
      vix: { vix_normal: 3, vix_panic_detected: 0, vix_panic_rate_pct: 0 },
      golden_hour: { golden_hour_total: 3 },
    });
  });

  it("tell stale from fresh, and keep the longest and the shortest answer", async () => {
    const fixture = await start();
    const match = await playMatch(fixture, "m-1");
    await match.refresh({ ageMs: 70_000 });
    await fixture.get(path);
    const { performance } = await counters(fixture, "?category=performance");
    expect(performance).toMatchObject({ total_requests: 1, cache_hit_stale: 1 });
    expect(performance?.["max_latency_ms"]).toBeGreaterThan(0);
    expect(performance?.["min_latency_ms"]).toBeLessThanOrEqual(performance?.["max_latency_ms"] ?? 0);
  });

  it("start again at zero by category, and leave Prometheus alone", async () => {
    const fixture = await start();
    await (await playMatch(fixture, "m-1")).refresh();
    await fixture.get(path);
    await fixture.send("POST", "/v1/cache/stats/reset?category=swr", {});
    const after = await counters(fixture);
    expect(after["swr"]).toMatchObject({ swr_served_fresh: 0 });
    expect(after["performance"]).toMatchObject({ total_requests: 1 });
    expect(await fixture.metric('predictions_reads_total{status="fresh"}')).toBe(1);
  });

  it("count every read whatever share of durations is measured", async () => {
    const fixture = await start();
    await (await playMatch(fixture, "m-1")).refresh();
    const answer = await fixture.send("PUT", "/v1/cache/stats/sampling", { rate: 0.000_001 });
    expect([answer.status, answer.json()]).toEqual([200, { rate: 0.000_001 }]);
    for (let read = 0; read < 20; read++) await fixture.get(path);
    const { performance } = await counters(fixture, "?category=performance");
    expect(performance).toMatchObject({ total_requests: 20, avg_latency_ms: 0 });
  });

  it("refuse what is no category and no share", async () => {
    const fixture = await start();
    expect((await fixture.get("/v1/cache/stats?category=none")).status).toBe(400);
    expect((await fixture.send("PUT", "/v1/cache/stats/sampling", { rate: 2 })).status).toBe(400);
  });
});
