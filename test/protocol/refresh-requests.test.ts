import { matchKeys } from "@touchline/cache";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let refreshKey: string;
beforeEach(async () => {
  store = new TestStore(redis);
  refreshKey = matchKeys(store.prefix, "m-1").refresh;
  const match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
  await store.refresh("m-1");
});

const request = async (kind: "blocking" | "background"): Promise<string> =>
  store.matches.requestRefresh("m-1", "default", kind);

/** Whether only background requests wait; undefined when nothing waits. */
async function isBackground(): Promise<boolean | undefined> {
  for await (const finding of store.matches.sweep({ dueMs: 0, leaseMs: 0 }))
    if (finding.kind === "overdue") return finding.isBackground;
  return undefined;
}

describe("a refresh request that is repeated while a refresh runs", () => {
  it("is background once the blocking ones have been answered, and counts from the begin of that refresh", async () => {
    await request("blocking");
    await redis.hset(refreshKey, { wantAt: 1_000, needAt: 1_000 });
    const begun = await store.begin("m-1");
    await request("background");
    await store.commit("m-1", begun, { match_result: 1 });
    expect(await isBackground()).toBe(true);
    expect(await redis.hmget(refreshKey, "wantAt", "needAt")).toEqual([String(begun.now), null]);
    expect((await store.begin("m-1")).dueSince).toBe(begun.now);
  });

  it("is blocking if it was made as one, and counts from the begin of that refresh as well", async () => {
    await request("blocking");
    await redis.hset(refreshKey, { wantAt: 1_000, needAt: 1_000 });
    const begun = await store.begin("m-1");
    await request("blocking");
    await store.commit("m-1", begun, { match_result: 1 });
    expect(await isBackground()).toBe(false);
    expect(await redis.hmget(refreshKey, "wantAt", "needAt")).toEqual([String(begun.now), String(begun.now)]);
  });

  it("becomes blocking when a blocking one follows", async () => {
    await request("background");
    const begun = await store.begin("m-1");
    await request("background");
    await request("blocking");
    await store.commit("m-1", begun, { match_result: 1 });
    expect(await isBackground()).toBe(false);
  });
});

describe("the measured time of a refresh", () => {
  it("does not count how far the worker's clock is ahead of the store's", async () => {
    store.now = Date.now() + 4_000;
    const match = new MatchScript("m-3");
    const began = performance.now();
    await store.apply(match.fixture(), match.kickOff());
    await store.refresh("m-3");
    const tookMs = performance.now() - began;
    const snapshot = await store.matches.predictions("m-3", "default");
    // From the step on, which came right before.
    expect(snapshot?.entries.get("match_result")?.deltaMs).toBeLessThan(tookMs + 1_000);
  });
});

describe("a refresh that had to wait for an outage of all workers to end", () => {
  it("does not make readers refresh early what it has only just made", async () => {
    const match = new MatchScript("m-2");
    await store.apply(match.fixture(), match.kickOff());
    const { refresh } = matchKeys(store.prefix, "m-2");
    await redis.hset(refresh, "dueAt", store.now - 3_600_000);
    await store.refresh("m-2");
    const snapshot = await store.matches.predictions("m-2", "default");
    const entry = snapshot?.entries.get("match_result");
    if (!entry) throw new Error("match_result was not stored");
    // A draw of one half refreshes early when 0.7 of it is left.
    expect(entry.deltaMs).toBeGreaterThan(0);
    expect(0.7 * entry.deltaMs).toBeLessThan(entry.freshUntil - entry.computedAt);
  });
});
