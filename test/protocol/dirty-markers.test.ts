import { EPOCH_MARK, matchKeys } from "@touchline/cache";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let match: MatchScript;
let keys: ReturnType<typeof matchKeys>;
beforeEach(async () => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
  keys = matchKeys(store.prefix, "m-1");
  await store.apply(match.fixture(), match.kickOff());
  await store.refresh("m-1");
});

const markers = async (): Promise<Record<string, string>> => {
  const { [EPOCH_MARK]: _epoch, ...rest } = await redis.hgetall(keys.touched);
  return rest;
};
/** Loses what a hash of the match holds, and not the hash: without it the match would not be whole. */
async function empty(key: string): Promise<void> {
  const fields = (await redis.hkeys(key)).filter((field) => field !== EPOCH_MARK);
  if (fields.length > 0) await redis.hdel(key, ...fields);
}
const isFresh = async (variant = "default"): Promise<boolean> =>
  Object.values(await store.statuses("m-1", variant)).every((status) => status === "fresh" || status === "settled");

describe("what a step touches", () => {
  it("is marked by market, passed to the next refresh, and cleared once that has seen it", async () => {
    await store.apply(match.corner("home", 5));
    const { touched, variants } = await store.begin("m-1");
    expect([...(touched ?? [])]).toContain("corners_over_under_9_5");
    expect([...(touched ?? [])]).not.toContain("match_result");
    expect(new Set(variants.get("default")?.entries.keys())).toEqual(touched);
    await store.refresh("m-1");
    expect(await markers()).toEqual({});
    expect(await isFresh()).toBe(true);
  });

  it("is marked as everything when many markets are touched, or the clock", async () => {
    await store.apply(match.goal("home", 5));
    expect(await markers()).toEqual({ "*": "3" });
    await store.refresh("m-1");
    expect(await markers()).toEqual({});
    await store.apply(match.endOfHalf("first_half"));
    expect(Object.keys(await markers())).toEqual(["*"]);
    expect((await store.begin("m-1")).touched).toBeUndefined();
  });

  it("is marked by variant where it reaches only some, and passed on by market", async () => {
    const early = new MatchScript("m-2");
    await store.apply(early.fixture());
    store.now = early.kickoffAt - 60 * 60_000;
    await store.matches.requestRefresh("m-2", "market-blend", "background");
    await store.refresh("m-2");
    const prices = { home: 1.5, draw: 4, away: 7 };
    const occurredAt = new Date(store.now).toISOString();
    await store.apply(early.event("odds_update", { occurredAt, payload: { market: "match_result", prices } }));
    expect((await store.statuses("m-2", "market-blend"))["both_teams_to_score"]).toBe("stale");
    // No event of this catalogue reaches so few markets in one variant alone.
    await empty(matchKeys(store.prefix, "m-2").touched);
    await redis.hset(matchKeys(store.prefix, "m-2").touched, "market-blend/both_teams_to_score", 2);
    expect((await store.begin("m-2")).touched).toEqual(new Set(["both_teams_to_score"]));
    await store.refresh("m-2");
    expect(await store.statuses("m-2", "market-blend")).toMatchObject({
      both_teams_to_score: "fresh",
      match_result: "stale",
    });
  });

  it("is not passed on by market while a reader asks: what has expired is due as well", async () => {
    await store.apply(match.corner("home", 5));
    await store.matches.requestRefresh("m-1", "default", "background");
    expect((await store.begin("m-1")).touched).toBeUndefined();
  });
});

describe("a dirty marker that was lost, or never written by an older build", () => {
  beforeEach(async () => {
    await store.apply(match.goal("home", 5));
    await empty(keys.touched);
  });

  it("makes the next refresh look at everything", async () => {
    expect((await store.begin("m-1")).touched).toBeUndefined();
    await store.refresh("m-1");
    expect(await isFresh()).toBe(true);
  });

  it("is not hidden by the markers of a later step", async () => {
    await store.apply(match.corner("home", 6));
    expect(Object.keys(await markers())).toEqual(["*"]);
    await store.refresh("m-1");
    expect(await isFresh()).toBe(true);
  });
});

it("a requirement that was lost while an event came marks everything dirty", async () => {
  const begun = await store.begin("m-1");
  await store.apply(match.corner("home", 5));
  await empty(keys.required);
  await empty(keys.touched);
  expect(await store.commit("m-1", begun, { match_result: 0.5 })).toMatchObject({ overtaken: 1 });
  expect(await store.isDue("m-1")).toBe(true);
  expect(await markers()).toEqual({ "*": "3" });
});

describe("the usual time from enqueueing to commit", () => {
  const usual = async (): Promise<number> => Number(await redis.hget(keys.refresh, "delta:default"));

  it("follows what refreshes take, and is kept when entries are gone", async () => {
    const before = await usual();
    await store.commit("m-1", await store.begin("m-1"), { match_result: 0.5 });
    const { deltas } = await store.begin("m-1");
    expect(deltas.get("default")).toBe(Math.round(before + 0.3 * (10 - before)));
    await redis.del(keys.entries("default"));
    expect((await store.begin("m-1")).deltas).toEqual(deltas);
  });

  it("learns nothing from a refresh that was refused whole", async () => {
    const late = await store.begin("m-1");
    await store.commit("m-1", await store.begin("m-1"), { match_result: 0.5 });
    await redis.hset(keys.refresh, "delta:default", 7);
    expect(await store.commit("m-1", late, { match_result: 0.4 })).toMatchObject({ late: 1, stored: 0 });
    expect(await usual()).toBe(7);
  });
});
