import { type StoreRedis, openMatchStore } from "@touchline/cache";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, expect, it } from "vitest";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let script: MatchScript;
let muchLater: number;
beforeEach(() => {
  store = new TestStore(redis);
  script = new MatchScript("m-1");
  // Applied long after its kick-off, as in a replay: old enough to be unlisted while it has no truth.
  muchLater = script.kickoffAt + 48 * 60 * 60_000;
});

async function listed(): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of store.matches.walkMatchIds()) found.push(...batch);
  return found;
}

/** The same Redis; `then` happens once the first such command has been answered. */
function afterFirst(command: "zadd" | "zscore", then: () => Promise<unknown>): StoreRedis {
  let done = false;
  return new Proxy(redis, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      if (name !== command || done) return (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      return async (...args: unknown[]) => {
        done = true;
        const answer: unknown = await Reflect.apply(value, target, args);
        await then();
        return answer;
      };
    },
  });
}

it("a match without truth is forgotten a day after its kick-off", async () => {
  await store.apply(script.fixture());
  await redis.del(`${store.prefix}:{m-1}:match`);
  await store.matches.unlist("m-1", script.kickoffAt + 60_000);
  expect(await listed()).toEqual(["m-1"]);
  await store.matches.unlist("m-1", muchLater);
  expect(await listed()).toEqual([]);
});

it("stays listed when the clean-up comes between its listing and its first event", async () => {
  const cleanUp = async () => store.matches.unlist("m-1", muchLater);
  await store.applyAs(new TruthCache(1), script.fixture(), {
    store: openMatchStore(afterFirst("zadd", cleanUp), store.prefix),
  });
  expect(await listed()).toEqual(["m-1"]);
});

it("stays listed when its first event comes while the clean-up is about to forget it", async () => {
  await redis.zadd(`${store.prefix}:matches`, script.kickoffAt, "m-1");
  const slow = afterFirst("zscore", async () => store.apply(script.fixture()));
  await openMatchStore(slow, store.prefix).unlist("m-1", muchLater);
  expect(await listed()).toEqual(["m-1"]);
});
