import { matchKeys } from "@touchline/cache";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, expect, it } from "vitest";
import { adoptGraphs } from "../../services/tag-manager/src/adopt-graphs.ts";
import { LostLogs } from "../../services/tag-manager/src/lost-logs.ts";
import { renewMatch } from "../../services/tag-manager/src/renew-match.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { createLogger } from "@touchline/platform";
import { openQueue, REFRESH_QUEUE } from "@touchline/queue";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
beforeEach(async () => {
  store = new TestStore(redis);
  for (const matchId of ["m-1", "m-2"]) {
    const match = new MatchScript(matchId);
    await store.apply(match.fixture(), match.kickOff());
  }
});

async function unproven(): Promise<{ matchId: string; refusal: "other_history" | "incomplete"; epoch: string }[]> {
  const found = [];
  for await (const finding of store.matches.sweep({ dueMs: 1_000_000, leaseMs: 0 }))
    if (finding.kind === "unproven") found.push(finding);
  return found;
}

it.each(["incomplete", "other_history"] as const)(
  "a match that two reconcilers have found %s is renewed by one of them",
  async (refusal) => {
    const { match, facts } = matchKeys(store.prefix, "m-1");
    if (refusal === "incomplete") await redis.del(facts);
    else await redis.hset(match, "history", "0".repeat(40));
    const [finding] = await unproven();
    expect(finding).toMatchObject({ matchId: "m-1", refusal });
    const { epoch = "" } = finding ?? {};
    const deps = { store: store.matches, now: () => store.now };
    expect(await renewMatch(deps, "m-1", refusal, epoch)).toBe(true);
    const renewed = await store.matches.stepMark("m-1");
    expect(renewed.epoch).not.toBe(epoch);
    expect(await renewMatch(deps, "m-1", refusal, epoch)).toBe(false);
    expect(await store.matches.stepMark("m-1")).toEqual(renewed);
    expect(await unproven()).toEqual([]);
  },
);

it.each([
  ["lost", async (log: string) => redis.del(log)],
  ["unreadable", async (log: string) => redis.hset(log, "test/x", "{")],
])("a match whose log is %s keeps no tag-manager of another graph from starting", async (_how, spoil) => {
  await spoil(matchKeys(store.prefix, "m-1").log);
  const queue = openQueue(REFRESH_QUEUE, redis, store.prefix);
  const log = createLogger({ service: "test", level: "silent" });
  let lost = 0;
  const lostLogs = new LostLogs(log, { truthIncomplete: () => void lost++ });
  const deps = store.applyDependencies(new TruthCache(5), { graphVersion: "another" });
  expect(await adoptGraphs({ ...deps, refreshQueue: queue, log, lostLogs })).toBe(1);
  expect([lost, (await store.matches.graphsOf("m-2"))[0]]).toEqual([1, "another"]);
  await queue.close();
});
