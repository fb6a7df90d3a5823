import { matchKeys } from "@touchline/cache";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { TestStore } from "../setup/store.ts";
import { truthKeys, truthProblems, truthText } from "../setup/truth-problems.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis({ config: ["--maxmemory-policy", "volatile-random"] });
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const OPTIONS = { finishedTtlMs: 604_800_000 };

let store: TestStore;
let match: MatchScript;
beforeEach(() => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
});

/** A match of one goal, from its fixture to its final whistle. @returns the goal */
async function playToTheEnd(script: MatchScript): Promise<ReturnType<MatchScript["goal"]>> {
  const goal = script.goal("home", 5);
  const truths = new TruthCache(1);
  const whistles = [script.endOfHalf("first_half"), script.endOfHalf("second_half"), script.event("full_time")];
  for (const event of [script.fixture(), script.kickOff(), goal, ...whistles])
    await store.applyAs(truths, event, OPTIONS);
  return goal;
}

const PARTS = ["match", "log", "facts", "required", "settled", "refresh"] as const;

describe("a match of which one key is gone", () => {
  for (const part of PARTS)
    it(`takes a correction whole or not at all when its ${part} is gone after the final whistle`, async () => {
      const goal = await playToTheEnd(match);
      await redis.del(matchKeys(store.prefix, "m-1")[part]);
      const before = await truthText(redis, store.prefix, "m-1");
      const correction = { ...goal, revision: 2, retracted: true };
      for (let again = 0; again < 2; again++) {
        const outcome = await store.applyAs(new TruthCache(1), correction, OPTIONS).then(
          ({ outcome: taken }) => taken,
          () => "refused" as const,
        );
        // Nothing is left to fold from: whatever is made of it now is not this match.
        if (part === "log") expect(outcome).toBe("refused");
        if (outcome === "refused") expect(await truthText(redis, store.prefix, "m-1")).toBe(before);
        else expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
      }
    });

  for (const part of ["log", "facts", "required", "settled"] as const)
    it(`offers nothing at an old price in play when its ${part} is gone`, async () => {
      await store.apply(match.fixture(), match.kickOff(), match.goal("home", 2));
      await store.refresh("m-1");
      await store.apply(match.goal("away", 3));
      await redis.del(matchKeys(store.prefix, "m-1")[part]);
      const statuses = await store.statuses("m-1");
      expect(["suspended", "missing", undefined]).toContain(statuses["match_result"]);
      // Over 0.5 goals: settled by the first goal, and never to be bought again.
      expect(["settled", "suspended", "missing", undefined]).toContain(statuses["over_under_0_5"]);
    });
});

const FINISHED = 40;

describe("a store whose memory is full", () => {
  it("evicts the truth of finished matches as a whole, never one key of it", async () => {
    for (let index = 0; index < FINISHED; index++) await playToTheEnd(new MatchScript(`m-${index}`));
    const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
    await redis.config("SET", "maxmemory", String(used - 300_000));
    await redis.set(`${store.prefix}:one-more-write`, "x").catch(() => undefined);
    const evicted = Number(/evicted_keys:(\d+)/.exec(await redis.info("stats"))?.[1]);
    await redis.config("SET", "maxmemory", "0");
    expect(evicted).toBeGreaterThan(0);
    const torn: string[] = [];
    for (let index = 0; index < FINISHED; index++) {
      const matchId = `m-${index}`;
      if (!(await store.matches.predictions(matchId, "default"))) continue;
      const { touched: _noted, ...keys } = truthKeys(store.prefix, matchId);
      const gone = [];
      for (const [name, key] of Object.entries(keys)) if (!(await redis.exists(key))) gone.push(name);
      if (gone.length > 0) torn.push(`${matchId} lacks ${gone.join()}`);
    }
    expect(torn).toEqual([]);
  });
});

describe("a feed whose newest message has a higher number than the match", () => {
  it("is found before anything of a step is written", async () => {
    await store.apply(match.fixture(), match.kickOff());
    const { feed } = matchKeys(store.prefix, "m-1");
    await redis.xadd(feed, "999-1", "m", "{}");
    const before = await truthText(redis, store.prefix, "m-1");
    const outcome = await store.applyAs(new TruthCache(1), match.goal("home", 3)).then(
      ({ outcome: taken }) => taken,
      () => "refused" as const,
    );
    if (outcome === "refused") expect(await truthText(redis, store.prefix, "m-1")).toBe(before);
    else expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
  });
});
