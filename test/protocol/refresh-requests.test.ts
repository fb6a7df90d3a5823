import { matchKeys, readPredictions, sweepMatches, requestRefresh } from "@touchline/cache";
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

const wish = async (kind: "need" | "want"): Promise<boolean> =>
  requestRefresh(redis, store.prefix, "m-1", "default", kind);

/** Whether the match waits for somebody who can wait; undefined when it does not wait at all. */
async function canWait(): Promise<boolean | undefined> {
  for await (const finding of sweepMatches(redis, store.prefix, { dueMs: 0, leaseMs: 0 }))
    if (finding.kind === "overdue") return finding.canWait;
  return undefined;
}

describe("a wish that is repeated while a refresh runs", () => {
  it("can wait if those who need it have been answered, and counts from the refresh that could not see it", async () => {
    await wish("need");
    await redis.hset(refreshKey, { wantAt: 1_000, needAt: 1_000 });
    const begun = await store.begin("m-1");
    await wish("want");
    await store.commit("m-1", begun, { match_result: 1 });
    expect(await canWait()).toBe(true);
    expect(await redis.hmget(refreshKey, "wantAt", "needAt")).toEqual([String(begun.now), null]);
    expect((await store.begin("m-1")).dueSince).toBe(begun.now);
  });

  it("cannot wait if it was one of need, though it counts from then as well", async () => {
    await wish("need");
    await redis.hset(refreshKey, { wantAt: 1_000, needAt: 1_000 });
    const begun = await store.begin("m-1");
    await wish("need");
    await store.commit("m-1", begun, { match_result: 1 });
    expect(await canWait()).toBe(false);
    expect(await redis.hmget(refreshKey, "wantAt", "needAt")).toEqual([String(begun.now), String(begun.now)]);
  });

  it("cannot wait if a need came upon it", async () => {
    await wish("want");
    const begun = await store.begin("m-1");
    await wish("want");
    await wish("need");
    await store.commit("m-1", begun, { match_result: 1 });
    expect(await canWait()).toBe(false);
  });
});

describe("what a refresh is said to take", () => {
  it("does not count how far the worker's clock is ahead of the store's", async () => {
    store.now = Date.now() + 4_000;
    const match = new MatchScript("m-3");
    const began = performance.now();
    await store.apply(match.fixture(), match.kickOff());
    await store.refresh("m-3");
    const tookMs = performance.now() - began;
    const snapshot = await readPredictions(redis, store.prefix, "m-3", "default");
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
    const snapshot = await readPredictions(redis, store.prefix, "m-2", "default");
    const entry = snapshot?.entries.get("match_result");
    if (!entry) throw new Error("match_result was not stored");
    // A draw of one half refreshes early when 0.7 of it is left.
    expect(entry.deltaMs).toBeGreaterThan(0);
    expect(0.7 * entry.deltaMs).toBeLessThan(entry.freshUntil - entry.computedAt);
  });
});
