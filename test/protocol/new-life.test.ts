import { EPOCH_MARK, matchKeys } from "@touchline/cache";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { TestStore } from "../setup/store.ts";
import { truthKeys, truthProblems } from "../setup/truth-problems.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

let store: TestStore;
let match: MatchScript;
beforeEach(() => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
});

/** What an expiry or a deletion takes: the truth as a whole, and no entry. */
async function loseTruth(): Promise<void> {
  await redis.del(...Object.values(truthKeys(store.prefix, "m-1")));
}

describe("a match reported again after the store was emptied", () => {
  it("takes no price from a worker that had begun in the life before", async () => {
    const opening = [match.fixture(), match.kickOff()];
    await store.apply(...opening);
    for (let corners = 0; corners < 8; corners++) {
      await store.apply(match.corner("home", 1));
      await store.refresh("m-1");
    }
    const begun = await store.begin("m-1");
    await redis.flushall();
    const again = new TruthCache(5);
    for (const event of opening) await store.applyAs(again, event);
    expect(await store.commit("m-1", begun, { match_result: 0.5 })).toMatchObject({ stored: 0, extended: 0 });
    for (let goals = 0; goals < 3; goals++) {
      await store.applyAs(again, match.goal("home", 2 + goals));
      const { match_result, next_goal } = await store.statuses("m-1");
      // Nothing of this life has been priced before the first refresh: missing is as good as suspended.
      for (const status of [match_result, next_goal]) expect(["suspended", "missing"]).toContain(status);
      await store.refresh("m-1");
      expect(await store.statuses("m-1")).toMatchObject({ match_result: "fresh", next_goal: "fresh" });
      expect((await store.entryTexts("m-1"))["match_result"]).not.toContain('{"value":0.5}');
    }
  });

  it("is refreshed by the first refresh that a reader asks for", async () => {
    const opening = [match.fixture(), match.kickOff()];
    await store.apply(...opening);
    for (let corners = 0; corners < 8; corners++) {
      await store.apply(match.corner("home", 1));
      await store.refresh("m-1");
    }
    const begun = await store.begin("m-1");
    await redis.flushall();
    const again = new TruthCache(5);
    for (const event of opening) await store.applyAs(again, event);
    await store.commit("m-1", begun, { match_result: 0.5 });
    await store.applyAs(again, match.goal("home", 2));
    store.now += 61_000;
    await store.matches.requestRefresh("m-1", "default", "blocking");
    await store.refresh("m-1");
    expect(await store.statuses("m-1")).toMatchObject({ match_result: "fresh" });
    expect((await store.entryTexts("m-1"))["match_result"]).not.toContain('{"value":0.5}');
  });
});

describe("entries that have outlived the truth of their match", () => {
  it("do not exist for the next match of that id", async () => {
    await store.apply(match.fixture({ kickoff: new Date(store.now + 3 * 3_600_000).toISOString() }));
    await store.matches.requestRefresh("m-1", "decimal-105", "background");
    await store.refresh("m-1");
    expect((await store.statuses("m-1", "decimal-105"))["match_result"]).toBe("fresh");
    await loseTruth();
    const other = new MatchScript("m-1");
    const kickoff = new Date(store.now + 3 * 3_600_000 + 60_000).toISOString();
    await store.applyAs(new TruthCache(5), {
      ...other.fixture({ home: "Other", away: "Club", kickoff }),
      id: "another-fixture",
    });
    for (const variant of ["default", "decimal-105"])
      expect(new Set(Object.values(await store.statuses("m-1", variant)))).toEqual(new Set(["missing"]));
  });

  it("are gone no later than the truth of a finished match", async () => {
    const truths = new TruthCache(5);
    const options = { finishedTtlMs: 600_000 };
    const { entries, match: truth } = matchKeys(store.prefix, "m-1");
    await store.applyAs(
      truths,
      match.fixture({ kickoff: new Date(store.now + 30 * 3_600_000).toISOString() }),
      options,
    );
    await store.matches.requestRefresh("m-1", "decimal-105", "background");
    await store.refresh("m-1");
    const whistles = [
      match.kickOff(),
      match.endOfHalf("first_half"),
      match.endOfHalf("second_half"),
      match.event("full_time"),
    ];
    for (const event of whistles) await store.applyAs(truths, event, options);
    expect(await redis.pttl(truth)).toBeGreaterThan(0);
    for (const variant of ["default", "decimal-105"])
      expect(await redis.pexpiretime(entries(variant))).toBeLessThanOrEqual(await redis.pexpiretime(truth));
  });
});

describe("a tag-manager's memory of a match", () => {
  it("calls no event a duplicate that the store does not hold any more", async () => {
    const truths = new TruthCache(5);
    const story = [match.fixture(), match.kickOff(), match.goal("home", 3)];
    for (const event of story) await store.applyAs(truths, event);
    await loseTruth();
    for (const event of story) expect((await store.applyAs(truths, event)).outcome).toBe("applied");
    expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
    const logged = await redis.hkeys(matchKeys(store.prefix, "m-1").log);
    expect(logged.filter((key) => key !== EPOCH_MARK)).toHaveLength(3);
  });

  it("is not taken for another history that has come to the same version", async () => {
    const [one, two] = [new TruthCache(5), new TruthCache(5)];
    for (const event of [match.fixture(), match.kickOff(), match.goal("home", 1)]) await store.applyAs(one, event);
    await redis.flushall();
    const again = new MatchScript("m-1");
    const reported = [again.fixture(), again.kickOff(), again.goal("away", 2)];
    for (const [index, event] of reported.entries()) await store.applyAs(two, { ...event, id: `again-${index}` });
    await store.applyAs(one, { ...again.corner("away", 3), id: "again-corner" });
    expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
    const state = JSON.parse((await redis.hget(matchKeys(store.prefix, "m-1").match, "state")) ?? "{}") as object;
    expect(state).toMatchObject({ score: { home: 0, away: 1 } });
  });
});

describe("the number of a reader's request", () => {
  it("is never used twice, so that a late commit does not answer a request made after its begin", async () => {
    await store.apply(match.fixture(), match.kickOff());
    await store.refresh("m-1");
    const { refresh } = matchKeys(store.prefix, "m-1");
    await store.matches.requestRefresh("m-1", "default", "blocking");
    const late = await store.begin("m-1");
    await store.commit("m-1", await store.begin("m-1"), { match_result: 1 });
    expect(await redis.hget(refresh, "want:default")).toBeNull();
    await store.matches.requestRefresh("m-1", "default", "blocking");
    await store.commit("m-1", late, { match_result: 0 });
    expect(await redis.hget(refresh, "want:default")).not.toBeNull();
  });
});
