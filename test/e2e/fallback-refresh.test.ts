import { matchKeys } from "@touchline/cache";
import { BUILTIN_GRAPH } from "@touchline/domain";
import { createLogger } from "@touchline/platform";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type FallbackOutcome, FallbackRefresher } from "../../services/api/src/refresh/fallback-refresher.ts";
import { HeldPredictor } from "../setup/held-predictor.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const LEASE_MS = 15_000;

let store: TestStore;
let predictor: HeldPredictor;
let match: MatchScript;
let counted: FallbackOutcome[];
beforeEach(async () => {
  store = new TestStore(redis);
  predictor = new HeldPredictor();
  match = await inPlay("m-1");
  counted = [];
  return () => {
    for (const { finish } of predictor.computes) finish();
  };
});

async function inPlay(matchId: string): Promise<MatchScript> {
  const script = new MatchScript(matchId);
  await store.apply(script.fixture(), script.kickOff());
  return script;
}

/** The fallback of an api process. */
function process(options: { readonly leaseMs?: number; readonly graphVersion?: string } = {}): FallbackRefresher {
  return new FallbackRefresher({
    store: store.matches,
    predictor,
    now: () => store.now,
    graphVersion: BUILTIN_GRAPH.version,
    concurrency: 1,
    leaseMs: LEASE_MS,
    deadlineMs: 20_000,
    events: { fellBack: (outcome) => counted.push(outcome) },
    log: createLogger({ service: "fallback", level: "silent" }),
    ...options,
  });
}

describe("a fallback refresh", () => {
  it("is made once, however many ask for it in several processes", async () => {
    const [one, other] = [process(), process()];
    const asked = Array.from({ length: 50 }, async () => one.refresh("m-1"));
    const { finish } = await predictor.begun(1);
    expect(await other.refresh("m-1")).toBe("claimed_elsewhere");
    finish();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["committed"]));
    expect(new Set(Object.values(await store.statuses("m-1")))).toEqual(new Set(["fresh"]));
    expect(await other.refresh("m-1")).toBe("nothing_due");
    expect([predictor.computes.length, counted]).toEqual([1, ["claimed_elsewhere", "committed", "nothing_due"]]);
  });

  it("is refused where an event has overtaken it, as a worker's would be", async () => {
    const refreshed = process().refresh("m-1");
    const { finish } = await predictor.begun(1);
    await store.apply(match.goal("home", 10));
    finish();
    await refreshed;
    const { match_result: touched, corners_over_under_9_5: other } = await store.statuses("m-1");
    expect([touched, other]).toEqual(["missing", "fresh"]);
    const { refresh } = matchKeys(store.prefix, "m-1");
    expect(await redis.hget(refresh, "due")).not.toBeNull();
  });

  it("never stores beneath a later one, though it was stopped in the middle", async () => {
    const late = process().refresh("m-1");
    const { finish } = await predictor.begun(1);
    // As if it had been stopped for longer than its claim lasts.
    await redis.hdel(matchKeys(store.prefix, "m-1").refresh, "claim");
    await store.refresh("m-1");
    const stored = await store.entryTexts("m-1");
    finish();
    await late;
    expect(await store.entryTexts("m-1")).toEqual(stored);
  });

  it("has a worker wait that takes the match's job meanwhile, and leaves it nothing to do", async () => {
    const refreshed = process().refresh("m-1");
    const { finish } = await predictor.begun(1);
    const looks = vi.spyOn(store.matches, "begin");
    const byWorker = store.refresh("m-1");
    // It was refused, and has asked again.
    await expect.poll(() => looks.mock.calls.length, { interval: 2 }).toBeGreaterThan(1);
    finish();
    expect(await refreshed).toBe("committed");
    expect((await byWorker).outcome).toBe("nothing_due");
  });

  it("is left to the worker that has begun one, until its lease has run out", async () => {
    await store.matches.begin("m-1");
    expect(await process().refresh("m-1")).toBe("refreshing");
    const later = process({ leaseMs: 0 }).refresh("m-1");
    (await predictor.begun(1)).finish();
    expect(await later).toBe("committed");
  });

  it("is made by another process once the claim of one that died in the middle has run out", async () => {
    const { now } = await store.begin("m-1");
    const { refresh } = matchKeys(store.prefix, "m-1");
    // It claimed the match three seconds ago for one, and had begun when it died.
    await redis.hset(refresh, { claim: `${now - 3_000} ${now - 2_000} gone`, begunAt: now - 2_500 });
    const taken = process().refresh("m-1");
    (await predictor.begun(1)).finish();
    expect(await taken).toBe("committed");
  });

  it("is left to a worker that began when the claim of one that died had run out", async () => {
    const { now } = await store.begin("m-1");
    const { refresh } = matchKeys(store.prefix, "m-1");
    await redis.hset(refresh, { claim: `${now - 3_000} ${now - 2_000} gone`, begunAt: now - 1_990 });
    expect(await process().refresh("m-1")).toBe("refreshing");
  });

  it("is not made by another dependency graph than the match goes by, nor of an unknown match", async () => {
    expect(await process({ graphVersion: "another" }).refresh("m-1")).toBe("other_graph");
    expect(await process().refresh("unknown")).toBe("unknown_match");
    expect(predictor.computes).toEqual([]);
  });

  it("waits its turn behind others, and is refused where too many wait", async () => {
    await inPlay("m-2");
    const fallback = process();
    const first = fallback.refresh("m-1");
    const { finish } = await predictor.begun(1);
    const second = fallback.refresh("m-2");
    const others = Array.from({ length: 31 }, async (_unused, number) => fallback.refresh(`unknown-${number}`));
    expect(await fallback.refresh("one-too-many")).toBe("full");
    expect(predictor.computes).toHaveLength(1);
    finish();
    (await predictor.begun(2)).finish();
    expect([await first, await second]).toEqual(["committed", "committed"]);
    expect(new Set(await Promise.all(others))).toEqual(new Set(["unknown_match"]));
  });

  it("gives its claim back when the model fails", async () => {
    const failing = new FallbackRefresher({
      store: store.matches,
      predictor: { predict: () => Promise.reject(new Error("no prediction")) },
      now: () => store.now,
      graphVersion: BUILTIN_GRAPH.version,
      concurrency: 1,
      leaseMs: LEASE_MS,
      deadlineMs: 20_000,
      events: { fellBack: (outcome) => counted.push(outcome) },
      log: createLogger({ service: "fallback", level: "silent" }),
    });
    expect(await failing.refresh("m-1")).toBe("failed");
    const next = process().refresh("m-1");
    (await predictor.begun(1)).finish();
    expect(await next).toBe("committed");
  });
});
