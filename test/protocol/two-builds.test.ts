import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { adoptGraph } from "../../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
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
  await store.refresh("m-1");
});

const countOf = (statuses: Record<string, string>, status: string): number =>
  Object.values(statuses).filter((other) => other === status).length;

describe("two builds with different dependency graphs during a deploy", () => {
  it("touch every open market when the event is applied by the other build", async () => {
    await store.applyAs(new TruthCache(1), match.corner("home", 3), { graphVersion: "older" });
    expect(countOf(await store.statuses("m-1"), "fresh")).toBe(0);
    expect(await store.matches.graphVersionOf("m-1")).toBe("older");
  });

  it("touch every open market when the other build's worker has written entries", async () => {
    await store.commit("m-1", await store.begin("m-1", "newer"), { match_result: 1 });
    await store.apply(match.corner("home", 3));
    expect(countOf(await store.statuses("m-1"), "fresh")).toBe(0);
  });

  it("are surgical again once one build is alone", async () => {
    await store.commit("m-1", await store.begin("m-1", "newer"), { match_result: 1 });
    await store.apply(match.corner("home", 3));
    await store.refresh("m-1");
    await store.apply(match.corner("home", 4));
    const statuses = await store.statuses("m-1");
    expect(statuses).toMatchObject({ match_result: "fresh", corners_over_under_9_5: "stale" });
  });

  it("pass a match on as a whole when a process of the new build starts", async () => {
    await adoptGraph(store.applyDependencies(new TruthCache(1), { graphVersion: "newer" }), "m-1");
    expect(await store.matches.graphVersionOf("m-1")).toBe("newer");
    expect(countOf(await store.statuses("m-1"), "fresh")).toBe(0);
    expect(countOf(await store.statuses("m-1"), "suspended")).toBe(0);
  });
});
