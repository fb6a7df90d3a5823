import { matchKeys } from "@touchline/cache";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { type ReplicatedRedis, startReplicatedRedis } from "../setup/replicated-redis.ts";
import { TestStore } from "../setup/store.ts";

let redis: ReplicatedRedis;
let before: TestStore;
let match: MatchScript;
beforeEach(async () => {
  redis = await startReplicatedRedis();
  before = new TestStore(redis.onMaster);
  match = new MatchScript("m-1");
  await before.apply(match.fixture(), match.kickOff());
  await before.refresh("m-1");
  await redis.replicated();
  redis.cutReplication();
});
afterEach(async () => redis.stop());

/** The store as everybody meets it once the replica has taken over without the last writes. */
async function failedOver(): Promise<TestStore> {
  await redis.failOver();
  const after = new TestStore(redis.onReplica, before.prefix);
  after.now = before.now + 1_000;
  return after;
}

const ON_GOALS = ["match_result", "correct_score", "next_goal"];

async function statusesOf(store: TestStore): Promise<(string | undefined)[]> {
  const statuses = await store.statuses("m-1");
  return ON_GOALS.map((market) => statuses[market]);
}

describe("a failover that loses the last events", () => {
  it("refuses a worker that has seen them, so that none of its prices hides a goal", async () => {
    await before.apply(match.corner("home", 1), match.corner("home", 2));
    const begun = await before.begin("m-1");
    const after = await failedOver();
    const commit = await after.commit("m-1", begun, { match_result: 0.5, corners_over_under_9_5: 0.5 });
    expect(commit).toMatchObject({ stored: 0, extended: 0 });
    await after.apply(match.goal("home", 3));
    // A match whose history was broken is priced anew: missing is as good as suspended.
    for (const status of await statusesOf(after)) expect(["suspended", "missing"]).toContain(status);
  });

  it("prices the next goal by a refresh that has seen it", async () => {
    await before.apply(match.corner("home", 1), match.corner("home", 2));
    const begun = await before.begin("m-1");
    const after = await failedOver();
    await after.commit("m-1", begun, { match_result: 0.5, corners_over_under_9_5: 0.5 });
    await after.apply(match.goal("home", 3));
    await after.refresh("m-1");
    expect(await statusesOf(after)).toEqual(["fresh", "fresh", "fresh"]);
    expect((await after.entryTexts("m-1"))["match_result"]).not.toContain('{"value":0.5}');
    expect(await redis.onReplica.hget(matchKeys(after.prefix, "m-1").refresh, "due")).toBeNull();
  });

  it("tells a refresh of the lost history from one of the same number and version in the present one", async () => {
    await before.apply(match.at("red_card", 1, { team: "home" }));
    const lost = await before.begin("m-1");
    const after = await failedOver();
    await after.apply(match.goal("away", 2));
    await after.commit("m-1", await after.begin("m-1"), { match_result: 1 });
    const commit = await after.commit("m-1", lost, { match_result: 0 });
    expect(commit).toMatchObject({ stored: 0, extended: 0 });
    expect((await after.entryTexts("m-1"))["match_result"]).toContain('{"value":1}');
  });

  it("refuses that one also once the present history has gone beyond its number and version", async () => {
    await before.apply(match.at("red_card", 1, { team: "home" }));
    const lost = await before.begin("m-1");
    const after = await failedOver();
    await after.apply(match.corner("away", 2), match.corner("home", 3), match.corner("home", 4));
    for (let begins = 0; begins < 3; begins++) await after.begin("m-1");
    expect(await after.commit("m-1", lost, { next_goal: 0 })).toMatchObject({ stored: 0, extended: 0 });
  });
});
