import { EPOCH_MARK, matchKeys } from "@touchline/cache";
import type { StoredRequirement } from "@touchline/cache";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let match: MatchScript;
let required: string;
beforeEach(async () => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
  required = matchKeys(store.prefix, "m-1").required;
  await store.apply(match.fixture(), match.kickOff());
  await store.refresh("m-1");
});

/** Names by requirement, as the store holds them. */
async function groups(): Promise<Map<string, string[]>> {
  const { [EPOCH_MARK]: _epoch, ...fields } = await redis.hgetall(required);
  return new Map(Object.entries(fields).map(([field, names]) => [field.slice(1), names.split(" ")]));
}

async function requirementOf(market: string): Promise<StoredRequirement | undefined> {
  return (await store.matches.predictions("m-1", "default"))?.requirementOf(market);
}

/** Writes the requirement of a market as an older build does. */
async function asOlderBuild(market: string, requirement: string): Promise<void> {
  await redis.hset(required, market, requirement);
}

describe("the requirements of a match", () => {
  it("stand once for all markets that an event has given them, and each market has one", async () => {
    await store.apply(match.goal("home", 3), match.corner("home", 5), match.goal("home", 7));
    const held = await groups();
    const names = [...held.values()].flat();
    expect(names.length).toBe(new Set(names).size);
    expect(names.length).toBeGreaterThan(100);
    expect(held.size).toBeLessThan(10);
  });

  it("are those that a price must have seen, whatever came between", async () => {
    await store.apply(match.goal("home", 3));
    const { cause } = (await requirementOf("match_result")) ?? {};
    expect(cause).toMatchObject({ type: "goal" });
    await store.apply(match.corner("away", 4));
    expect(await requirementOf("corners_over_under_9_5")).toMatchObject({ version: 4, cause: { type: "corner" } });
    expect(await requirementOf("match_result")).toMatchObject({ version: 3, hardVersion: 3, cause });
  });

  it("are read alike by a refresh of few markets and one of all", async () => {
    await store.apply(match.goal("home", 3), match.corner("away", 4));
    await store.refresh("m-1");
    await store.apply(match.corner("away", 5));
    const few = await store.begin("m-1");
    await store.matches.requestRefresh("m-1", "default", "blocking");
    const all = await store.begin("m-1");
    expect([few.touched?.size !== undefined, all.touched]).toEqual([true, undefined]);
    for (const market of few.touched ?? [])
      expect(few.variants.get("default")?.requirementOf(market)).toEqual(
        all.variants.get("default")?.requirementOf(market),
      );
  });
});

describe("a requirement that an older build has raised beside a group", () => {
  it("must be met as well, and so must the group's", async () => {
    await store.apply(match.goal("home", 3));
    await asOlderBuild("match_result", "4 0 1 corner old e9 - - -");
    expect(await requirementOf("match_result")).toMatchObject({
      version: 4,
      cause: { type: "corner" },
      hardVersion: 3,
      hardCause: { type: "goal" },
    });
    await asOlderBuild("match_result", "2 2 1 goal old e2 goal old e2");
    expect(await requirementOf("match_result")).toMatchObject({ version: 3, hardVersion: 3 });
  });

  it("refuses what has not seen it, and goes with the next event that touches the market", async () => {
    const begun = await store.begin("m-1");
    await asOlderBuild("match_result", "3 3 1 goal old e9 goal old e9");
    expect(await store.commit("m-1", begun, { match_result: 0.5 })).toMatchObject({ stored: 0, overtaken: 1 });
    await store.apply(match.goal("home", 3));
    expect(await redis.hget(required, "match_result")).toBeNull();
    expect(await requirementOf("match_result")).toMatchObject({ version: 3, hardVersion: 3, cause: { type: "goal" } });
  });

  it("keeps a hard version that a later soft event does not forgive", async () => {
    await asOlderBuild("corners_over_under_9_5", "3 3 1 goal old e9 goal old e9");
    await store.apply(match.corner("home", 5));
    expect(await requirementOf("corners_over_under_9_5")).toMatchObject({
      cause: { type: "corner" },
      hardVersion: 3,
      hardCause: { source: "old" },
    });
  });
});

describe("a match of which an older build made every requirement", () => {
  it("is read as that build left it", async () => {
    const held = await groups();
    await redis.hdel(required, ...[...held.keys()].map((requirement) => `=${requirement}`));
    for (const [requirement, names] of held) for (const name of names) await asOlderBuild(name, requirement);
    expect(new Set(Object.values(await store.statuses("m-1")))).toEqual(new Set(["fresh"]));
    await store.apply(match.goal("home", 3));
    expect((await store.statuses("m-1"))["match_result"]).toBe("suspended");
    await store.refresh("m-1");
    expect((await store.statuses("m-1"))["match_result"]).toBe("fresh");
  });
});
