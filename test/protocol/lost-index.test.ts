import { createLogger, Metrics } from "@touchline/platform";
import { openQueue, REFRESH_QUEUE, RefreshBacklog } from "@touchline/queue";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { sweepOnce } from "../../services/tag-manager/src/reconciler.ts";
import { createTagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const MATCHES = ["m-1", "m-2", "m-3"];

let store: TestStore;
let index: string;
beforeEach(async () => {
  store = new TestStore(redis);
  index = `${store.prefix}:matches`;
  for (const matchId of MATCHES) {
    const match = new MatchScript(matchId);
    await store.apply(match.fixture(), match.kickOff());
  }
});

async function listed(): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of store.matches.walkMatchIds()) found.push(...batch);
  return found.toSorted();
}

async function rebuild(betweenBatches: () => Promise<unknown> = async () => Promise.resolve()): Promise<void> {
  for await (const _found of store.matches.rebuildIndex(store.now)) await betweenBatches();
}

describe("a list of matches that is lost", () => {
  it("is made again by the next sweep, which then finds what is due", async () => {
    const kickoffs = await redis.zrange(index, "-inf", "(+inf", "BYSCORE", "WITHSCORES");
    await redis.del(index);
    const queue = openQueue(REFRESH_QUEUE, redis, store.prefix);
    const registry = new Metrics({ processMetrics: false });
    const metrics = createTagManagerMetrics(registry, { add: () => undefined });
    const sweep = async (): Promise<number> =>
      sweepOnce({
        store: store.matches,
        refreshQueue: queue,
        backlog: new RefreshBacklog({ waiting: () => Promise.resolve(0), max: 100 }),
        patience: { dueMs: 0, leaseMs: 0 },
        now: () => store.now,
        log: createLogger({ service: "sweep", level: "silent" }),
        metrics,
        lostLogs: quietLostLogs(),
      });
    expect(await sweep()).toBe(MATCHES.length);
    expect(await redis.zrange(index, "-inf", "(+inf", "BYSCORE", "WITHSCORES")).toEqual(kickoffs);
    await sweep();
    expect(await registry.registry.metrics()).toMatch(/^touchline_match_index_rebuilds_total 1$/m);
    await queue.close();
  });

  it("is not whole before all of it is there, whoever lists at the same time", async () => {
    await redis.del(index);
    await rebuild(async () => expect(await store.matches.isIndexWhole()).toBe(false));
    expect([await store.matches.isIndexWhole(), await listed()]).toEqual([true, MATCHES]);
  });

  it("names what an expired match has left behind as well, so that it is deleted", async () => {
    await redis.del(index, `${store.prefix}:{m-2}:match`);
    await rebuild();
    expect(await listed()).toEqual(MATCHES);
    expect(await redis.zscore(index, "m-2")).toBe("0");
  });

  it("is not taken for whole when it was lost again while it was made", async () => {
    let lost = false;
    await rebuild(async () => {
      if (!lost) await redis.del(index);
      lost = true;
    });
    expect(await store.matches.isIndexWhole()).toBe(false);
    await rebuild();
    expect([await store.matches.isIndexWhole(), await listed()]).toEqual([true, MATCHES]);
  });

  it("is made again after a failover, because the last matches may be missing in it", async () => {
    await rebuild();
    const [mark = ""] = await redis.zrange(index, "+inf", "+inf", "BYSCORE");
    await redis.zrem(index, mark, "m-2");
    await redis.zadd(index, "+inf", `~${"0".repeat(40)}`);
    expect(await store.matches.isIndexWhole()).toBe(false);
    await rebuild();
    expect([await store.matches.isIndexWhole(), await listed()]).toEqual([true, MATCHES]);
    expect(await redis.zrange(index, "+inf", "+inf", "BYSCORE")).toEqual([mark]);
  });
});

describe("a walk over the list", () => {
  it("passes over none when those that it has met are unlisted meanwhile, however many share a kick-off", async () => {
    const old = Array.from({ length: 450 }, (_unused, number) => `old-${number}`);
    await redis.zadd(index, ...old.flatMap((matchId) => [1, matchId]));
    const met: string[] = [];
    for await (const batch of store.matches.walkMatchIds()) {
      met.push(...batch);
      for (const matchId of batch) if (matchId.startsWith("old-")) await redis.zrem(index, matchId);
    }
    expect(met.toSorted()).toEqual([...MATCHES, ...old].toSorted());
  });
});

it("the mark of a whole list is no match: it is neither counted nor shown", async () => {
  await rebuild();
  expect(await store.matches.listedCount()).toBe(MATCHES.length);
  expect((await store.matches.listed(0, 10)).map(({ matchId }) => matchId).toSorted()).toEqual(MATCHES);
});
