import { appendEvent, type EventLog, foldEvents, type MatchEvent } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

function aBusyMatch(match: MatchScript): MatchEvent[] {
  const minutes = Array.from({ length: 40 }, (_unused, index) => index);
  return [
    match.fixture(),
    match.kickOff(),
    ...minutes.map((minute) => match.corner(minute % 2 === 0 ? "home" : "away", minute)),
    ...[5, 17, 31].map((minute) => match.goal("home", minute)),
    match.endOfHalf("first_half"),
  ];
}

describe("two tag-managers on one match", () => {
  it("lose no event and end in the state of one", async () => {
    const store = new TestStore(redis);
    const events = aBusyMatch(new MatchScript("m-1"));
    const managers = [new TruthCache(10), new TruthCache(10)];
    let conflicts = 0;
    await Promise.all(
      managers.map(async (truths, index) => {
        for (const event of events.filter((_event, position) => position % 2 === index))
          await store.applyAs(truths, event, { onConflict: () => conflicts++ });
      }),
    );
    const truth = await store.matches.truth("m-1");
    const log = events.reduce<EventLog>((known, event) => appendEvent(known, event), new Map());
    expect(truth.state).toEqual(foldEvents(log));
    expect(truth.version).toBe(events.length);
    expect(conflicts).toBeGreaterThan(0);
  });

  it("count an event that both take only once", async () => {
    const store = new TestStore(redis);
    const match = new MatchScript("m-1");
    await store.apply(match.fixture(), match.kickOff());
    const goal = match.goal("home", 9);
    const results = await Promise.all([store.applyAs(new TruthCache(1), goal), store.applyAs(new TruthCache(1), goal)]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["applied", "duplicate"]);
    expect((await store.matches.truth("m-1")).state.score).toEqual({ home: 1, away: 0 });
  });

  it("folds again when its remembered state is behind the store", async () => {
    const store = new TestStore(redis);
    const match = new MatchScript("m-1");
    const behind = new TruthCache(1);
    await store.applyAs(behind, match.fixture());
    await store.apply(match.kickOff(), match.goal("away", 2));
    const result = await store.applyAs(behind, match.goal("home", 3));
    expect(result).toMatchObject({ outcome: "applied", version: 4 });
    expect((await store.matches.truth("m-1")).state.score).toEqual({ home: 1, away: 1 });
  });
});
