import { EPOCH_MARK, matchKeys, TruthIncompleteError } from "@touchline/cache";
import type { MatchEvent } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { applyMatchEvents } from "../../services/tag-manager/src/apply-match-event.ts";
import { renewMatch } from "../../services/tag-manager/src/renew-match.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";
import { truthProblems } from "../setup/truth-problems.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const PRICES = 1_500;

let store: TestStore;
let match: MatchScript;
let truths: TruthCache;
beforeEach(async () => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
  truths = new TruthCache(5);
  store.now = match.kickoffAt + 60 * 60_000;
  await apply(match.fixture(), match.kickOff(), match.goal("home", 1));
});

async function apply(...events: MatchEvent[]) {
  return applyMatchEvents(store.applyDependencies(truths), "m-1", events);
}

/** One price a second from the second minute on. */
function price(index: number): MatchEvent {
  return match.event("odds_update", {
    id: `p${index}`,
    occurredAt: new Date(match.kickoffAt + 120_000 + 1_000 * index).toISOString(),
    payload: { market: `m${index % 3}`, prices: { home: 2 + (index % 7) / 10, away: 3 } },
  });
}

/** Prices from number `from` on, in steps of 100. */
async function flood(count: number, from = 0): Promise<void> {
  for (let first = from; first < from + count; first += 100)
    await apply(
      ...Array.from({ length: Math.min(100, from + count - first) }, (_unused, index) => price(first + index)),
    );
}

async function logged(): Promise<string[]> {
  return (await redis.hkeys(matchKeys(store.prefix, "m-1").log)).filter((key) => key !== EPOCH_MARK);
}

describe("a match with more prices than its log keeps", () => {
  it("has a log and a memory that do not grow, and a store that says the same as the memory", async () => {
    await flood(PRICES);
    const memory = truths.get("m-1");
    const stored = await store.matches.truth("m-1");
    expect((await logged()).length).toBeLessThan(700);
    expect([...stored.log.keys()].toSorted()).toEqual((await logged()).toSorted());
    expect([...(memory?.log.keys() ?? [])].toSorted()).toEqual((await logged()).toSorted());
    expect(stored.state).toEqual(memory?.state);
    expect(stored.stored?.state).toEqual(memory?.state);
    expect(stored.state.score.home).toBe(1);
    expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
  });

  it("is carried on by a tag-manager that reads it from the store", async () => {
    await flood(PRICES);
    truths = new TruthCache(5);
    await flood(600, PRICES);
    expect((await logged()).length).toBeLessThan(700);
    expect(await logged()).toContain(`script/p${PRICES + 599}`);
    expect((await store.matches.truth("m-1")).state).toEqual(truths.get("m-1")?.state);
  });

  it("calls a price that has left the log, sent again or corrected, a duplicate", async () => {
    await flood(PRICES);
    const { version } = await store.matches.stepMark("m-1");
    const again = [price(3), { ...price(4), revision: 2 }, { ...price(5), revision: 2, retracted: true }];
    for (const known of [truths, new TruthCache(5)]) {
      truths = known;
      expect((await apply(...again)).outcomes).toEqual(["duplicate", "duplicate", "duplicate"]);
    }
    expect((await store.matches.stepMark("m-1")).version).toBe(version);
  });

  it("takes a correction of a price that it keeps", async () => {
    await flood(PRICES);
    const last = price(PRICES - 1);
    const { outcomes } = await apply({ ...last, revision: 2, payload: { market: "m2", prices: { home: 9 } } });
    expect(outcomes).toEqual(["applied"]);
    expect((await store.matches.state("m-1"))?.odds["m2"]).toEqual({ home: 9 });
    expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
  });

  it("is renewed with what it has kept", async () => {
    await flood(PRICES);
    const before = await store.matches.truth("m-1");
    await redis.del(matchKeys(store.prefix, "m-1").facts);
    const deps = { store: store.matches, now: () => store.now };
    expect(await renewMatch(deps, "m-1", "incomplete", before.epoch)).toBe(true);
    const after = await store.matches.truth("m-1");
    expect(after.state).toEqual(before.state);
    expect(after.past.through).toBe(before.past.through);
    await flood(100, PRICES);
    expect((await logged()).length).toBeLessThan(700);
    expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
  });

  it("leaves nothing of it to the next match of its id", async () => {
    await flood(PRICES);
    await store.matches.delete("m-1", { at: 0, home: null, away: null, kickoff: null }, undefined);
    truths = new TruthCache(5);
    await apply(match.fixture(), match.kickOff());
    const { past, log } = await store.matches.truth("m-1");
    expect([past.through, log.size]).toEqual([-Infinity, 2]);
  });

  it("is incomplete when what was kept cannot be read", async () => {
    await flood(PRICES);
    await redis.hset(matchKeys(store.prefix, "m-1").match, "prices", "{}");
    await expect(store.matches.truth("m-1")).rejects.toThrow(TruthIncompleteError);
  });

  it("keeps a corner between its prices, whenever it comes", async () => {
    await flood(700);
    await apply(match.corner("away", 3));
    await flood(700, 700);
    expect((await store.matches.truth("m-1")).state.counts.corners.away).toBe(1);
    expect(await truthProblems(redis, store.prefix, "m-1")).toEqual([]);
  });
});
