import { matchKeys, type RefreshMessage } from "@touchline/cache";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let match: MatchScript;
beforeEach(() => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
});

/** One second past the lifetime that `TestStore` commits with. */
const LATER_MS = 31_000;

/** A match in play whose price has expired by the clock of the processes, which differs from the store's by so much. */
async function expiredPrice(offMs: number): Promise<void> {
  store.now = Date.now() + offMs - LATER_MS;
  const occurredAt = new Date(store.now).toISOString();
  const fixture = match.fixture({ kickoff: occurredAt });
  await store.apply({ ...fixture, occurredAt }, { ...match.kickOff(), occurredAt });
  await store.refresh("m-1");
  await store.commit("m-1", await store.begin("m-1"), { match_result: 0.5 });
  store.now += LATER_MS;
}

const OFF_MS = {
  "20 s behind": 20_000,
  "an hour behind": 3_600_000,
  "20 s ahead": -20_000,
  "an hour ahead": -3_600_000,
};

describe("a store whose clock is off", () => {
  for (const [how, offMs] of Object.entries(OFF_MS))
    it(`has an expired price made again when a reader asks, with a clock ${how} of those of api and worker`, async () => {
      await expiredPrice(offMs);
      expect((await store.statuses("m-1"))["match_result"]).not.toBe("fresh");
      await store.matches.requestRefresh("m-1", "default", "blocking");
      await store.refresh("m-1");
      expect((await store.statuses("m-1"))["match_result"]).toBe("fresh");
    });

  it("has made again what a reader sees as expired whose clock is ahead of the worker's", async () => {
    await expiredPrice(0);
    const readAt = store.now;
    await store.matches.requestRefresh("m-1", "default", "blocking", { now: readAt });
    store.now -= 5_000;
    await store.refresh("m-1");
    store.now = readAt;
    expect((await store.statuses("m-1"))["match_result"]).toBe("fresh");
  });

  it("does not make a refresh look hours long when it jumps ahead", async () => {
    await store.apply(match.fixture(), match.kickOff());
    await redis.hset(matchKeys(store.prefix, "m-1").refresh, "dueAt", Date.now() - 3_600_000);
    await store.refresh("m-1");
    const messages = (await store.matches.feed("m-1", 0, 10)).map(({ text }) => JSON.parse(text) as RefreshMessage);
    const deltas = messages.flatMap(({ kind, deltaMs }) => (kind === "refreshed" ? [deltaMs ?? 0] : []));
    expect(Math.max(...deltas)).toBeGreaterThanOrEqual(60_000);
    expect(Math.max(...deltas)).toBeLessThan(120_000);
  });

  it("does not have a request deleted as answered that brought nothing", async () => {
    await expiredPrice(20_000);
    await store.matches.requestRefresh("m-1", "default", "blocking");
    await store.refresh("m-1");
    const left = await redis.hget(matchKeys(store.prefix, "m-1").refresh, "want:default");
    expect([left === null, (await store.statuses("m-1"))["match_result"]]).toEqual([true, "fresh"]);
  });
});
