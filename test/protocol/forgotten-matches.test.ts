import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { forgetUnfinished } from "../../services/tag-manager/src/forget-matches.ts";
import { createLogger } from "@touchline/platform";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const DAY_MS = 86_400_000;
const log = createLogger({ service: "forgetting", level: "silent" });

async function started(): Promise<{ store: TestStore; script: MatchScript }> {
  const store = new TestStore(redis);
  const script = new MatchScript("m-1");
  store.now = script.kickoffAt + 60 * 60_000;
  await store.apply(script.fixture(), script.kickOff(), script.goal("home", 10));
  return { store, script };
}

const note = (store: TestStore) => ({ at: store.now, home: "A", away: "B", kickoff: null });
const keysOf = async (store: TestStore): Promise<string[]> => redis.keys(`${store.prefix}:{m-1}:*`);

describe("a match that is deleted", () => {
  it("leaves nothing but a note, and a message that no process may serve it from memory", async () => {
    const { store } = await started();
    const received: string[] = [];
    const subscriber = redis.duplicate();
    subscriber.on("message", (_channel, text: string) => received.push(text));
    await subscriber.subscribe(`${store.prefix}:changes`);
    expect(await store.matches.delete("m-1", note(store))).toBe(true);
    await subscriber.ping();
    await subscriber.quit();
    expect(await keysOf(store)).toEqual([`${store.prefix}:{m-1}:forgotten`]);
    expect(received.map((text) => JSON.parse(text) as object)).toMatchObject([
      { kind: "forgotten", matchId: "m-1", n: 4, version: expect.any(Number) as number, forbids: true },
    ]);
    expect(await store.matches.listedCount()).toBe(0);
    expect(await store.matches.delete("m-1", note(store))).toBe(false);
  });

  it.each([
    ["an event from before", (script: MatchScript) => script.goal("away", 20)],
    ["a correction", (script: MatchScript) => ({ ...script.goal("away", 20), revision: 2 })],
    ["a retraction", (script: MatchScript) => ({ ...script.goal("away", 20), retracted: true })],
  ])("does not come back as a ghost for %s", async (_what, late) => {
    const { store, script } = await started();
    await store.matches.delete("m-1", note(store));
    await expect(store.apply(late(script))).rejects.toThrow("match m-1 was forgotten");
    expect((await store.matches.truth("m-1")).version).toBe(0);
  });

  it("leaves its id to a new fixture", async () => {
    const { store, script } = await started();
    await store.matches.delete("m-1", note(store));
    await store.apply(script.fixture(), script.goal("away", 20));
    expect((await store.matches.truth("m-1")).state.score).toEqual({ home: 0, away: 1 });
  });
});

describe("a match that is over", () => {
  it("leaves its note for the time after it has expired", async () => {
    const { store, script } = await started();
    await store.apply(script.event("full_time", { minute: 93, period: "second_half" }));
    const { match, ...rest } = { match: `${store.prefix}:{m-1}:match`, forgotten: `${store.prefix}:{m-1}:forgotten` };
    expect(await redis.pttl(rest.forgotten)).toBeGreaterThan((await redis.pttl(match)) + 29 * DAY_MS);
  });
});

describe("a match that is never played to its end", () => {
  const forget = async (store: TestStore, at: number): Promise<string[]> =>
    forgetUnfinished({
      store: store.matches,
      unfinishedTtlMs: 7 * DAY_MS,
      now: () => at,
      log,
      lostLogs: quietLostLogs(),
    });

  it("is forgotten a week after its kick-off and its last event, whichever is later", async () => {
    const { store, script } = await started();
    const lastEvent = script.kickoffAt + 10 * 60_000;
    expect(await forget(store, lastEvent + 7 * DAY_MS)).toEqual([]);
    expect(await forget(store, lastEvent + 7 * DAY_MS + 60_000)).toEqual(["m-1"]);
    expect((await store.matches.truth("m-1")).version).toBe(0);
  });

  it("lives on while its kick-off lies ahead, or when it is over and expires by itself", async () => {
    const { store, script } = await started();
    expect(await forget(store, script.kickoffAt - DAY_MS)).toEqual([]);
    await store.apply(script.event("full_time", { minute: 93, period: "second_half" }));
    expect(await forget(store, script.kickoffAt + 60 * DAY_MS)).toEqual([]);
  });

  it("lives on when an event is applied while it is being looked at", async () => {
    const { store, script } = await started();
    const { matches } = store;
    const deleting = matches.delete.bind(matches);
    matches.delete = async (...asked) => {
      await store.apply(script.goal("away", 20));
      return deleting(...asked);
    };
    expect(await forget(store, script.kickoffAt + 60 * DAY_MS)).toEqual([]);
    expect((await matches.truth("m-1")).state.score).toEqual({ home: 1, away: 1 });
    expect(await matches.listedCount()).toBe(1);
  });

  it("is found behind any number of others, and behind one that has lost its log", async () => {
    const { store, script } = await started();
    const others = Array.from({ length: 250 }, async (_unused, index) =>
      store.matches.index(`other-${index}`, script.kickoffAt - 1),
    );
    await Promise.all(others);
    const lost = new MatchScript("a-1");
    await store.apply(lost.fixture(), lost.kickOff());
    await redis.del(`${store.prefix}:{a-1}:log`);
    expect(await forget(store, script.kickoffAt + 60 * DAY_MS)).toEqual(["m-1"]);
  });
});
