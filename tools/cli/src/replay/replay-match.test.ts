import { once } from "node:events";
import { CATALOGUE } from "@touchline/domain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "@touchline/client";
import { type ContractServer, startContractServer } from "@touchline/client/testing";
import { bundledMatch } from "@touchline/feeds/testing";
import { type ReplayClock, replayMatch, type ReplayOptions } from "./replay-match.ts";
import type { EventEffect } from "./tracker.ts";

let server: ContractServer;
beforeEach(async () => {
  server = await startContractServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const START = Date.parse("2026-05-01T19:00:00Z");

/** A wall clock that is always where somebody waits for it to be. */
function fastClock(): ReplayClock {
  let now = START;
  return {
    now: () => now,
    async sleepUntil(at, signal) {
      signal.throwIfAborted();
      now = Math.max(now, at);
    },
  };
}

async function replay(options: Partial<ReplayOptions> = {}, file = "demo.ndjson") {
  const effects: EventEffect[] = [];
  const summary = await replayMatch(createClient({ url: server.url }), bundledMatch(file), {
    matchId: "run1",
    speed: 60,
    clock: fastClock(),
    ...options,
    onEffect: (effect) => {
      effects.push(effect);
      options.onEffect?.(effect);
    },
  });
  return { summary, effects };
}

const pathOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

describe("replaying a match at its pace", () => {
  it("registers, subscribes, and only then publishes", async () => {
    await replay();
    const first = (path: string) => server.requests.findIndex((request) => pathOf(request) === path);
    expect(first("PUT /v1/matches/run1")).toBe(0);
    expect(first("GET /v1/matches/run1/stream")).toBeLessThan(first("POST /v1/events"));
    expect(JSON.parse(server.requests[0]?.body ?? "")).toMatchObject({
      home: "Arsenal",
      away: "Leicester",
      kickoff: "2026-05-01T19:00:03.000Z",
      clockRate: 60,
    });
  });

  it("accounts for every event, and comes to rest with the real score", async () => {
    const { summary, effects } = await replay();
    expect(summary).toMatchObject({
      title: "Arsenal 4–3 Leicester",
      atRest: true,
      overdue: 0,
      rejected: 0,
      published: effects.length,
    });
    expect(effects.every(({ outcome }) => outcome === "applied")).toBe(true);
    expect(effects.filter(({ event }) => event.type === "goal")).toHaveLength(7);
    expect(summary.freshMs.length).toBeGreaterThan(0);
  });

  it("tells that everything touched became fresh, also what came out equal", async () => {
    server.equal = new Set(["match_result", "btts"]);
    const { effects } = await replay();
    const goal = effects.find(({ event }) => event.type === "goal");
    expect(goal?.touched?.touched.map(({ market }) => market)).toContain("match_result");
    expect(goal?.outcome).toBe("applied");
    expect(goal?.freshMs).toBeGreaterThan(0);
  });

  it("finds that out by reading where every number came out equal and no message came", async () => {
    server.equal = new Set(CATALOGUE.map(({ id }) => id));
    const stop = new AbortController();
    // Stands still after the first goal, which falls in the second minute.
    const clock: ReplayClock = {
      now: () => START,
      async sleepUntil(at, signal) {
        if (at > START + 120_000) await once(signal, "abort");
        signal.throwIfAborted();
      },
    };
    const onEffect = ({ event }: EventEffect) => event.type === "goal" && stop.abort();
    const { effects } = await replay({ speed: 1, clock, signal: stop.signal, onEffect });
    expect(effects.find(({ event }) => event.type === "goal")).toMatchObject({
      outcome: "applied",
      freshByRead: true,
    });
  });

  it("keeps reading, so that the predictions stay in demand", async () => {
    await replay();
    expect(server.requests.map(pathOf)).toContain("GET /v1/matches/run1/predictions?variant=default");
  });

  it("a match replayed twice under one id is all duplicates the second time", async () => {
    const clock = () => ({ clock: fastClock() });
    await replay(clock());
    const again = await replay(clock());
    expect(new Set(again.effects.map(({ outcome }) => outcome))).toEqual(new Set(["duplicate"]));
  });

  it("under another id it is another match, without an id in common", async () => {
    const a = await replay({ matchId: "run1" });
    const b = await replay({ matchId: "run2" });
    expect(b.summary).toMatchObject({ atRest: true, settled: a.summary.settled });
    const ids = [...a.effects, ...b.effects].map(({ event }) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("stops when told to, and says how far it came", async () => {
    const stop = new AbortController();
    const onEffect = ({ event }: EventEffect) => event.type === "goal" && stop.abort();
    const { summary } = await replay({ signal: stop.signal, onEffect });
    expect(summary.atRest).toBe(false);
    expect(summary.published).toBeGreaterThan(0);
  });

  it("fails when the service goes away for good", async () => {
    server.intercept = (request, response) => {
      if (request.method !== "POST") return false;
      response.writeHead(400, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ title: "No" }));
      return true;
    };
    await expect(replay()).rejects.toMatchObject({ status: 400 });
  });
});

describe("replaying a match at once", () => {
  it("publishes history in true spacing that ends just before now", async () => {
    const { summary, effects } = await replay({ speed: "max", clock: fastClock() });
    expect(summary).toMatchObject({ atRest: true, overdue: 0, title: "Arsenal 4–3 Leicester" });
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    const last = Math.max(...effects.map(({ event }) => Date.parse(event.occurredAt)));
    expect(START - last).toBeGreaterThanOrEqual(1_000);
    expect(START - last).toBeLessThan(2_000);
    expect(effects[0]?.event.payload).toMatchObject({ clockRate: 1 });
  });

  it("does not wait for ever for a service that never refreshes", async () => {
    server.intercept = ({ path }, response) => {
      if (!path.includes("/predictions")) return false;
      response.writeHead(503, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ title: "Workers away" }));
      return true;
    };
    const { summary } = await replay({ speed: "max", restMs: 100 });
    expect(summary.atRest).toBe(false);
  });
});
