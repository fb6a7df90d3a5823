import { EPOCH_MARK } from "@touchline/cache";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let match: MatchScript;

beforeEach(async () => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
});

describe("an event between reading inputs and commit", () => {
  it("refuses what the event touched and stores the rest", async () => {
    const begun = await store.begin("m-1");
    await store.apply(match.goal("home", 10));
    const result = await store.commit("m-1", begun, { match_result: 1, corners_over_under_9_5: 2 });
    expect(result).toMatchObject({ stored: 1, overtaken: 1 });
    expect(await store.isDue("m-1")).toBe(true);
    expect(Object.keys(await store.entryTexts("m-1"))).toEqual(["corners_over_under_9_5"]);
  });

  it("never lets the price from before a goal be read as anything but suspended", async () => {
    await store.refresh("m-1");
    const begun = await store.begin("m-1");
    await store.apply(match.goal("home", 10));
    expect(await store.statuses("m-1")).toMatchObject({ match_result: "suspended", corners_over_under_9_5: "fresh" });
    await store.commit("m-1", begun, { match_result: 1 });
    expect(await store.statuses("m-1")).toMatchObject({ match_result: "suspended" });
    await store.refresh("m-1");
    expect(await store.statuses("m-1")).toMatchObject({ match_result: "fresh", over_under_0_5: "settled" });
  });

  it("blames the goal for the suspension, also after a soft event", async () => {
    await store.refresh("m-1");
    const goal = match.goal("home", 10);
    await store.apply(goal, match.at("weather", 11, { payload: { condition: "rain" } }));
    const snapshot = await store.matches.predictions("m-1", "default");
    const requirement = snapshot?.requirementOf("match_result");
    expect(requirement?.cause.type).toBe("weather");
    expect(requirement?.hardCause).toMatchObject({ type: "goal", eventId: goal.id });
  });

  it("serves the old price as stale after a soft event", async () => {
    await store.refresh("m-1");
    await store.apply(match.corner("away", 12));
    expect(await store.statuses("m-1")).toMatchObject({ corners_over_under_9_5: "stale", match_result: "fresh" });
  });

  it("leaves entries that the event does not reach as they are, byte for byte", async () => {
    await store.refresh("m-1");
    const before = await store.entryTexts("m-1");
    await store.apply(match.goal("away", 3));
    await store.refresh("m-1");
    const after = await store.entryTexts("m-1");
    const unchanged = Object.keys(after).filter((market) => after[market] === before[market]);
    expect(unchanged).toContain("corners_over_under_9_5");
    expect(unchanged).toContain("cards_over_under_3_5");
    expect(unchanged).not.toContain("match_result");
  });
});

describe("a late worker", () => {
  it("is refused although no event came in between", async () => {
    const late = await store.begin("m-1");
    const prompt = await store.begin("m-1");
    await store.commit("m-1", prompt, { match_result: 2 });
    expect(await store.commit("m-1", late, { match_result: 1 })).toMatchObject({ stored: 0, late: 1 });
    expect((await store.entryTexts("m-1"))["match_result"]).toContain('{"value":2}');
  });

  it("cannot reopen a market that was settled meanwhile", async () => {
    const late = await store.begin("m-1");
    await store.apply(match.goal("home", 10));
    expect(await store.commit("m-1", late, { over_under_0_5: 0.9 })).toMatchObject({ stored: 0, settled: 1 });
    expect(await store.statuses("m-1")).toMatchObject({ over_under_0_5: "settled" });
  });
});

describe("equal output", () => {
  it("extends the lifetime and keeps version, content time and silence", async () => {
    await store.commit("m-1", await store.begin("m-1"), { match_result: 1 });
    const before = (await store.entryTexts("m-1"))["match_result"]?.split(" ") ?? [];
    store.now += 5_000;
    const result = await store.commit("m-1", await store.begin("m-1"), { match_result: 1 });
    const after = (await store.entryTexts("m-1"))["match_result"]?.split(" ") ?? [];
    expect(result).toMatchObject({ stored: 0, extended: 1 });
    // version, content time, promise
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(Number(after[6])).toBe(Number(before[6]) + 5_000);
  });
});

describe("a goal given and taken back", () => {
  it("leaves what was computed before it valid, once recomputed", async () => {
    await store.refresh("m-1");
    const before = await store.entryTexts("m-1");
    const goal = match.goal("home", 10);
    await store.apply(goal, { ...goal, revision: 2, retracted: true });
    expect(await store.statuses("m-1")).toMatchObject({ over_under_0_5: "suspended", match_result: "suspended" });
    await store.refresh("m-1");
    const outcomes = (texts: Record<string, string>) =>
      Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, text.slice(text.indexOf("{"))]));
    expect(outcomes(await store.entryTexts("m-1"))).toEqual(outcomes(before));
  });
});

describe("a goal taken back before its refresh has run", () => {
  it("never lets a price from after the goal be served, and leaves the match as if it had never been given", async () => {
    const untouched = new TestStore(redis);
    const twin = new MatchScript("m-1");
    await untouched.apply(twin.fixture(), twin.kickOff());
    await untouched.refresh("m-1");
    await store.refresh("m-1");

    const goal = match.goal("home", 10);
    await store.apply(goal);
    const withGoal = await store.begin("m-1");
    await store.apply({ ...goal, revision: 2, retracted: true });
    const late = await store.commit("m-1", withGoal, { match_result: 1, next_goal: 1, corners_over_under_9_5: 1 });
    expect(late).toMatchObject({ overtaken: 2, stored: 1 });
    expect(await store.statuses("m-1")).toMatchObject({ match_result: "suspended", next_goal: "suspended" });

    await store.refresh("m-1");
    const [now, never] = await Promise.all([
      store.matches.predictions("m-1", "default"),
      untouched.matches.predictions("m-1", "default"),
    ]);
    expect(now?.state).toEqual(never?.state);
    const { corners_over_under_9_5: _played, ...after } = outcomesIn(await store.entryTexts("m-1"));
    const { corners_over_under_9_5: _same, ...before } = outcomesIn(await untouched.entryTexts("m-1"));
    expect(after).toEqual(before);
  });
});

function outcomesIn(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, text.slice(text.indexOf("{"))]));
}

describe("a lost version marker", () => {
  it("makes entries stale, never fresh", async () => {
    await store.refresh("m-1");
    const required = `${store.prefix}:{m-1}:required`;
    await redis.hdel(required, ...(await redis.hkeys(required)).filter((field) => field !== EPOCH_MARK));
    expect(new Set(Object.values(await store.statuses("m-1")))).toEqual(new Set(["stale"]));
  });
});
