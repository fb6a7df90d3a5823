import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { Metrics, metricsHandler } from "./metrics.ts";

const quiet = (): Metrics => new Metrics({ processMetrics: false });

describe("metrics", () => {
  it("carry the prefix and start at zero for every value of a closed label set", async () => {
    const metrics = quiet();
    const reads = metrics.counter("cache_reads_total", {
      help: "reads by state",
      labels: { state: ["fresh", "stale"] },
    });
    reads.inc({ state: "fresh" });
    reads.inc({ state: "fresh" }, 2);
    const text = await metrics.registry.metrics();
    expect(text).toContain('touchline_cache_reads_total{state="fresh"} 3');
    expect(text).toContain('touchline_cache_reads_total{state="stale"} 0');
  });

  it("without labels take the value alone", async () => {
    const metrics = quiet();
    metrics.counter("jobs_total", { help: "jobs" }).inc();
    metrics.gauge("waiting", { help: "waiting jobs" }).set(4);
    metrics.histogram("wait_seconds", { help: "time waited", buckets: [1, 2] }).observe(1.5);
    const text = await metrics.registry.metrics();
    expect(text).toContain("touchline_jobs_total 1");
    expect(text).toContain("touchline_waiting 4");
    expect(text).toContain('touchline_wait_seconds_bucket{le="2"} 1');
  });

  it("count values outside a closed set as other", async () => {
    const metrics = quiet();
    const answers = metrics.counter("answers_total", { help: "answers", labels: { route: ["read"] } });
    answers.inc({ route: "/v1/matches/123" as "read" });
    expect(await metrics.registry.metrics()).toContain('touchline_answers_total{route="other"} 1');
  });

  it("keep an open label below its bound however many values come", async () => {
    const metrics = quiet();
    const sources = metrics.counter("events_total", { help: "events by source", labels: { source: { max: 3 } } });
    for (let i = 0; i < 1_000; i++) sources.inc({ source: `feed-${i}` });
    const series = (await metrics.registry.metrics())
      .split("\n")
      .filter((line) => line.startsWith("touchline_events_total{"));
    expect(series).toHaveLength(4);
    expect(series).toContain('touchline_events_total{source="other"} 997');
  });

  it("look a value up for each scrape", async () => {
    const metrics = quiet();
    let age = 1;
    metrics.gauge("oldest_seconds", { help: "age of the oldest job", collect: (gauge) => gauge.set(age++) });
    expect(await metrics.registry.metrics()).toContain("touchline_oldest_seconds 1");
    expect(await metrics.registry.metrics()).toContain("touchline_oldest_seconds 2");
  });

  it("refuse a missing help text, a counter without _total and a name given twice", () => {
    const metrics = quiet();
    expect(() => metrics.gauge("a", { help: " " })).toThrow(/help/);
    expect(() => metrics.counter("jobs", { help: "jobs" })).toThrow(/_total/);
    metrics.gauge("b", { help: "b" });
    expect(() => metrics.gauge("b", { help: "b" })).toThrow(/already been registered/);
  });

  it("are served in the text format, the process's own among them", async () => {
    const server = createServer(metricsHandler(new Metrics())).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
    expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await answer.text()).toContain("touchline_process_cpu_user_seconds_total");
    server.close();
  });
});
