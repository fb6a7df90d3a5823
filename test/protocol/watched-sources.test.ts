import { SourcesPolicy } from "@touchline/domain";
import { createLogger } from "@touchline/platform";
import { openQueue, REFRESH_QUEUE } from "@touchline/queue";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import {
  GovernedMatches,
  watchOnce,
  type WatchSourcesOptions,
} from "../../services/tag-manager/src/sources/watch-sources.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

const POLICY = SourcesPolicy.parse({
  order: { default: [{ source: "official" }, { source: "fast" }] },
  suspendSeconds: 60,
  silentSeconds: 30,
});
const official = { source: "official" } as const;
const fast = { source: "fast" } as const;

/** A match under a policy, ten minutes in, that both sources have reported up to the present moment. */
async function governedMatch() {
  const store = new TestStore(redis);
  const script = new MatchScript("m-1");
  const written: string[] = [];
  const queue = openQueue(REFRESH_QUEUE, redis, store.prefix);
  const watcher = (): WatchSourcesOptions => {
    const governed = new GovernedMatches();
    return {
      ...store.applyDependencies(new TruthCache(5)),
      refreshQueue: queue,
      governed,
      intervalMs: 1_000,
      log: createLogger({ service: "sources", level: "silent" }),
      lostLogs: quietLostLogs(),
      metrics: { timePassed: (type) => written.push(type), enqueued: () => undefined },
    };
  };
  const apply = async (...events: Parameters<TestStore["apply"]>): Promise<void> => {
    for (const event of events) await store.applyAs(new TruthCache(1), event, { sourcesPolicy: POLICY });
  };
  const beat = async (source: string): Promise<void> =>
    apply(
      script.event("heartbeat", {
        source,
        id: "heartbeat",
        revision: store.now - script.kickoffAt + 1,
        occurredAt: new Date(store.now).toISOString(),
      }),
    );
  const look = async (watch: WatchSourcesOptions): Promise<number> => {
    watch.governed.note("m-1", (await store.matches.truth("m-1")).state);
    return watchOnce(watch);
  };
  store.now = script.kickoffAt + 600_000;
  await apply(script.fixture(), script.event("kick_off", official));
  await beat("official");
  await beat("fast");
  const state = async () => (await store.matches.truth("m-1")).state;
  return { store, script, written, watcher, apply, beat, look, state };
}

describe("the policy of an installation", () => {
  it("is given to a match with its first fixture, and never taken from it by another one", async () => {
    const { state, script, apply } = await governedMatch();
    await apply(script.goal("home", 5, fast), script.goal("home", 5, official));
    expect((await state()).score).toEqual({ home: 1, away: 0 });
    await apply({ ...script.fixture(), source: "other" });
    expect((await state()).sources?.families.goals?.order).toEqual(["official", "fast"]);
  });

  it("leaves a fixture alone that says itself whom to believe, and a match that has begun without one", async () => {
    const store = new TestStore(redis);
    const own = new MatchScript("m-own");
    const sources = { order: { goals: [{ source: "desk" }] } };
    await store.applyAs(new TruthCache(1), own.fixture({ sources }), { sourcesPolicy: POLICY });
    expect((await store.matches.truth("m-own")).state.sources?.families).toEqual({
      goals: { order: ["desk"], acting: "desk" },
    });
    const old = new MatchScript("m-old");
    await store.apply(old.fixture());
    await store.applyAs(new TruthCache(1), old.goal("home", 5), { sourcesPolicy: POLICY });
    expect((await store.matches.truth("m-old")).state.sources).toBeUndefined();
  });
});

describe("a match that tag-managers watch", () => {
  it("hands over when its authority falls silent, and takes back, whoever of them looks", async () => {
    const { store, script, written, watcher, apply, beat, look, state } = await governedMatch();
    const watchers = [watcher(), watcher()] as const;
    store.now += 31_000;
    await beat("fast");
    await Promise.all(watchers.map(look));
    expect(written).toEqual(["source_silent"]);
    await apply(script.goal("away", 10, fast));
    expect([(await state()).score.away, (await state()).sources?.silent]).toEqual([1, ["official"]]);
    await beat("official");
    await apply(script.goal("away", 10, official));
    for (const watch of watchers) await look(watch);
    expect(written).toEqual(["source_silent", "source_back"]);
    expect([(await state()).score.away, (await state()).sources?.silent]).toEqual([1, []]);
    expect(await look(watchers[0])).toBe(0);
  });

  it("is offered again when nobody confirms what a follower alone reports", async () => {
    const { store, script, written, watcher, apply, beat, look, state } = await governedMatch();
    await apply(script.goal("home", 10, fast));
    expect((await state()).sources?.suspending).toEqual(["goal"]);
    const watch = watcher();
    store.now += 59_000;
    await beat("official");
    await beat("fast");
    expect(await look(watch)).toBe(0);
    store.now += 2_000;
    expect(await look(watch)).toBe(1);
    expect(written).toEqual(["confirmation_lapsed"]);
    expect((await state()).sources).toMatchObject({ suspending: [], disagreed: { unconfirmed: 1 } });
  });

  it("is watched no longer when it is over, and not at all without a policy", async () => {
    const { script, apply, look, watcher, state } = await governedMatch();
    const watch = watcher();
    await look(watch);
    expect(watch.governed.all()).toEqual(["m-1"]);
    await apply(script.event("full_time", { ...official, period: "second_half", minute: 93 }));
    watch.governed.note("m-1", await state());
    const { sources: _sources, ...ungoverned } = await state();
    watch.governed.note("m-2", ungoverned);
    expect(watch.governed.all()).toEqual([]);
  });
});
