import { BUILTIN_GRAPH } from "@touchline/domain";
import { refreshMatch } from "@touchline/refresh";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const LEASE_MS = 60_000;

let store: TestStore;
beforeEach(async () => {
  store = new TestStore(redis);
  const match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
});

/** Whether the reconciler would enqueue a refresh now, although no lease has run out. */
const isFree = async (): Promise<boolean> => store.matches.isOverdue("m-1", { dueMs: 0, leaseMs: LEASE_MS });

describe("a refresh that can commit nothing is given up at once", () => {
  it("when the predictor fails", async () => {
    const predictor = { predict: () => Promise.reject(new Error("no prediction")) };
    const refreshed = refreshMatch({ ...store.refreshDependencies(), predictor }, "m-1", new AbortController().signal);
    await expect(refreshed).rejects.toThrow("no prediction");
    expect(await isFree()).toBe(true);
  });

  it("when the predictor leaves out what it was asked for", async () => {
    const predictor = { predict: () => Promise.resolve({ markets: new Map(), computeMs: new Map() }) };
    const refreshed = refreshMatch({ ...store.refreshDependencies(), predictor }, "m-1", new AbortController().signal);
    await expect(refreshed).rejects.toThrow("prediction lacks");
    expect(await isFree()).toBe(true);
  });

  it("when it is called off while it waits for an api's claim to end", async () => {
    const claim = { token: "api", lastsMs: LEASE_MS, leaseMs: LEASE_MS, graphVersion: BUILTIN_GRAPH.version };
    await store.matches.claim("m-1", claim);
    const calledOff = AbortSignal.abort(new Error("called off"));
    await expect(refreshMatch(store.refreshDependencies(), "m-1", calledOff)).rejects.toThrow();
    // The api is at it until then.
    await store.matches.releaseClaim("m-1", "api");
    expect(await isFree()).toBe(true);
  });
});
