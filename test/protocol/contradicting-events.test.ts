import type { MatchEvent } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

it("two contents of one revision leave the same match whatever comes first, and are reported each time", async () => {
  const match = new MatchScript("m-1");
  const [fixture, kickOff, goal] = [match.fixture(), match.kickOff(), match.goal("home", 10)];
  const other: MatchEvent = { ...goal, team: "away" };
  const states = [];
  for (const order of [
    [goal, other, goal],
    [other, goal, other],
  ]) {
    const store = new TestStore(redis);
    const reported: string[] = [];
    for (const event of [fixture, kickOff, ...order])
      await store.applyAs(new TruthCache(1), event, { onContradiction: ({ id }) => reported.push(id) });
    const { state, log } = await store.matches.truth("m-1");
    states.push([state, [...log.values()]]);
    // Of the two, one stands in the log; whatever differs from it contradicts it.
    expect(new Set(reported)).toEqual(new Set([goal.id]));
  }
  expect(states[0]).toEqual(states[1]);
});

it("one content reported again, and the retraction of an event, contradict nothing", async () => {
  const store = new TestStore(redis);
  const match = new MatchScript("m-1");
  const goal = match.goal("home", 10);
  const reported: string[] = [];
  for (const event of [match.fixture(), goal, goal, { ...goal, retracted: true }, goal])
    await store.applyAs(new TruthCache(1), event, { onContradiction: ({ id }) => reported.push(id) });
  expect(reported).toEqual([]);
});
