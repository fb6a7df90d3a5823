import { gistOf } from "@touchline/cache";
import { graphFor } from "@touchline/domain";
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
    expect((await store.matches.graphsOf("m-1"))[0]).toBe("older");
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
    expect((await store.matches.graphsOf("m-1"))[0]).toBe("newer");
    expect(countOf(await store.statuses("m-1"), "fresh")).toBe(0);
    expect(countOf(await store.statuses("m-1"), "suspended")).toBe(0);
  });
});

/** Only the build that made a price can tell what an event means to it. Here the newer one reads everything. */
describe("prices of another build that were passed on without being made again", () => {
  const wide = graphFor("all");
  const status = async (): Promise<string | undefined> => (await store.statuses("m-1"))["match_result"];

  beforeEach(async () => {
    await store.commit("m-1", await store.begin("m-1", wide.version), { match_result: 0.4 });
    await adoptGraph(store.applyDependencies(new TruthCache(1)), "m-1");
  });

  it("are stale until an event comes", async () => {
    expect(await status()).toBe("stale");
  });

  it("are suspended by an event that this build lets them not read", async () => {
    await store.apply(match.corner("home", 3));
    expect(await status()).toBe("suspended");
    await store.refresh("m-1");
    await store.apply(match.corner("home", 4));
    expect(await status()).toBe("fresh");
  });

  it("are suspended though the match was passed on twice", async () => {
    await adoptGraph(store.applyDependencies(new TruthCache(1), { graphVersion: "older" }), "m-1");
    await adoptGraph(store.applyDependencies(new TruthCache(1)), "m-1");
    await store.apply(match.corner("home", 3));
    expect(await status()).toBe("suspended");
  });

  it("are no matter once they have been made again", async () => {
    await store.refresh("m-1");
    await store.apply(match.corner("home", 3));
    expect(await status()).toBe("fresh");
  });

  it("are not shown from memory either: the message forbids, and names the version that must have been seen", async () => {
    const { version = 0, n = 0 } = (await store.matches.match("m-1")) ?? {};
    await store.apply(match.corner("home", 3));
    const [message] = await store.matches.feed("m-1", n, 1);
    expect(message && gistOf(message.text)).toMatchObject({ forbids: true, version: version + 1 });
    expect(JSON.parse(message?.text ?? "{}")).toMatchObject({ forbidsBefore: version });
  });

  it("stay stale before kick-off, when no price is forbidden", async () => {
    const early = new MatchScript("m-2");
    await store.apply(early.fixture());
    await store.refresh("m-2");
    await store.commit("m-2", await store.begin("m-2", wide.version), { match_result: 0.4 });
    await adoptGraph(store.applyDependencies(new TruthCache(1)), "m-2");
    await store.apply(early.event("step"));
    expect((await store.statuses("m-2"))["match_result"]).toBe("stale");
    await store.apply(early.kickOff());
    expect((await store.statuses("m-2"))["match_result"]).toBe("suspended");
  });
});
