import { matchKeys } from "@touchline/cache";
import { findMarket, graphFor, settlementOf } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { adoptGraph } from "../../services/tag-manager/src/apply-match-event.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

/** A predictor that reads everything: under its graph the match result reads corners. */
const wide = graphFor("all");

let store: TestStore;
let match: MatchScript;
beforeEach(() => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
});

describe("an event between begin and commit of another build's worker", () => {
  it("leaves nothing fresh that the other build's graph says it has changed", async () => {
    await store.apply(match.fixture(), match.kickOff());
    await store.refresh("m-1");
    const begun = await store.begin("m-1", wide.version);
    await store.apply(match.corner("home", 3));
    await store.commit("m-1", begun, { match_result: 0.77 });
    const text = (await store.entryTexts("m-1"))["match_result"];
    const { match_result: status } = await store.statuses("m-1");
    expect(status === "fresh" && text?.includes('{"value":0.77}')).toBe(false);
  });

  it("leaves nothing fresh either while the builds go on side by side", async () => {
    await store.apply(match.fixture(), match.kickOff());
    await store.commit("m-1", await store.begin("m-1", wide.version), { match_result: 0.1 });
    for (let round = 1; round <= 3; round++) {
      await store.apply(match.corner("home", round));
      const begun = await store.begin("m-1", wide.version);
      await store.apply(match.corner("away", round));
      await store.commit("m-1", begun, { match_result: 0.2 + round / 100 });
      expect((await store.statuses("m-1"))["match_result"], `round ${round}`).not.toBe("fresh");
    }
  });
});

describe("a settlement that the rules of the new build do not make", () => {
  beforeEach(async () => {
    for (const event of [match.fixture(), match.kickOff()])
      await store.applyAs(new TruthCache(1), event, { graphVersion: "older" });
    const settlement = {
      at: store.now,
      outcomes: { home: 1, draw: 0, away: 0 },
      grades: { home: "won", draw: "lost", away: "lost" },
      provisional: false,
    };
    await redis.hset(matchKeys(store.prefix, "m-1").settled, "match_result", `2 ${JSON.stringify(settlement)}`);
    await store.refresh("m-1");
  });

  it("is in force as long as the older build has the match", async () => {
    expect((await store.statuses("m-1"))["match_result"]).toBe("settled");
  });

  it("is taken back, hard, when the new build adopts the match", async () => {
    await adoptGraph(store.applyDependencies(new TruthCache(1)), "m-1");
    expect(["suspended", "missing"]).toContain((await store.statuses("m-1"))["match_result"]);
  });

  it("does not hide the market from the refreshes that follow", async () => {
    await adoptGraph(store.applyDependencies(new TruthCache(1)), "m-1");
    await store.apply(match.goal("away", 3));
    await store.refresh("m-1");
    expect((await store.statuses("m-1"))["match_result"]).toBe("fresh");
    const state = JSON.parse((await redis.hget(matchKeys(store.prefix, "m-1").match, "state")) ?? "{}") as Parameters<
      typeof settlementOf
    >[1];
    const market = findMarket("match_result");
    expect(market && settlementOf(market, state)).toBeUndefined();
  });
});
