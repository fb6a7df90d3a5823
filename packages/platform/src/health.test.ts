import { describe, expect, it } from "vitest";
import { Health } from "./health.ts";
import { startHealthServer } from "./health-server.ts";
import { createLogger } from "./log.ts";
import { Metrics } from "./metrics.ts";

function setUp() {
  const clock = { now: 0 };
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: "test",
    sink: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { clock, lines, health: new Health({ log, now: () => clock.now }) };
}

describe("liveness", () => {
  it("is lost when a loop stops beating and comes back with the next beat", () => {
    const { clock, health, lines } = setUp();
    const loop = health.heartbeat("reconciler", 1_000);
    clock.now = 1_000;
    expect(health.live()).toEqual({ ok: true, checks: { reconciler: "ok" } });
    clock.now = 1_001;
    expect(health.live()).toEqual({ ok: false, checks: { reconciler: "silent" } });
    loop.beat();
    expect(health.live().ok).toBe(true);
    expect(lines.map((line) => line["msg"])).toEqual(["health lost", "health restored"]);
  });

  it("does not count a loop that ended on purpose", () => {
    const { clock, health } = setUp();
    health.heartbeat("loop", 10).stop();
    clock.now = 1_000;
    expect(health.live()).toEqual({ ok: true, checks: {} });
  });

  it("asks no other system", () => {
    const { health } = setUp();
    health.addCheck("redis", () => Promise.reject(new Error("down")));
    expect(health.live().ok).toBe(true);
  });
});

describe("readiness", () => {
  it("needs every check to pass within its deadline", async () => {
    const { health } = setUp();
    health.addCheck("store", () => Promise.resolve("PONG"));
    expect((await health.ready()).ok).toBe(true);
    health.addCheck("queue", () => Promise.withResolvers<void>().promise, 1);
    health.addCheck("model", () => {
      throw new Error("not fitted");
    });
    expect(await health.ready()).toEqual({ ok: false, checks: { store: "ok", queue: "overdue", model: "failed" } });
  });

  it("runs a check once for all who ask at the same time", async () => {
    const { health } = setUp();
    let runs = 0;
    const answer = Promise.withResolvers<void>();
    health.addCheck("store", () => (runs++, answer.promise));
    const asked = [health.ready(), health.ready(), health.ready()];
    answer.resolve();
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(runs).toBe(1);
    await health.ready();
    expect(runs).toBe(2);
  });

  it("logs a change once, with the reason the answer does not show", async () => {
    const { health, lines } = setUp();
    let down = true;
    health.addCheck("store", () => (down ? Promise.reject(new Error("connection refused")) : Promise.resolve()));
    await health.ready();
    const report = await health.ready();
    expect(JSON.stringify(report)).not.toContain("refused");
    down = false;
    await health.ready();
    expect(lines.map((line) => line["msg"])).toEqual(["health lost", "health restored"]);
    expect(lines[0]).toMatchObject({ check: "check store", err: { message: "connection refused" } });
  });

  it("ends when shutdown begins", async () => {
    const { health } = setUp();
    health.beginStop();
    expect(await health.ready()).toEqual({ ok: false, checks: { process: "stopping" } });
    expect(health.live().ok).toBe(true);
  });
});

describe("the health server", () => {
  it("answers probes and scrapes, nothing else", async () => {
    const { health, clock } = setUp();
    const server = await startHealthServer({ health, metrics: new Metrics(), host: "127.0.0.1", port: 0 });
    const get = (path: string, method = "GET"): Promise<Response> =>
      fetch(`http://127.0.0.1:${server.port}${path}`, { method });

    const live = await get("/livez?from=probe");
    expect([live.status, await live.json()]).toEqual([200, { status: "ok", checks: {} }]);
    health.heartbeat("loop", 1);
    clock.now = 5;
    expect((await get("/livez")).status).toBe(503);
    health.addCheck("store", () => Promise.reject(new Error("down")));
    const ready = await get("/readyz");
    expect([ready.status, await ready.json()]).toEqual([503, { status: "unavailable", checks: { store: "failed" } }]);
    expect(await (await get("/metrics")).text()).toContain("touchline_nodejs_version_info");
    expect((await get("/metrics", "POST")).status).toBe(405);
    expect((await get("/")).status).toBe(404);
    await server.close();
    await expect(get("/livez")).rejects.toThrow();
  });
});
