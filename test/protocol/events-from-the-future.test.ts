import { clockAt, type MatchEvent } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const MINUTE_MS = 60_000;
const TWO_HOURS_MS = 120 * MINUTE_MS;

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

/** As reported by a feed that sends its local time as UTC. */
const ahead = (event: MatchEvent): MatchEvent => ({
  ...event,
  occurredAt: new Date(Date.parse(event.occurredAt) + TWO_HOURS_MS).toISOString(),
});

it("a future-dated event counts, is clamped to its arrival time, and is reported once", async () => {
  const store = new TestStore(redis);
  const match = new MatchScript("m-1");
  const [fixture, kickOff, goal] = [match.fixture(), ahead(match.kickOff()), ahead(match.goal("home", 10))];
  const reported: string[] = [];
  const apply = async (event: MatchEvent) =>
    store.applyAs(new TruthCache(1), event, { onFutureEvent: ({ id }, ms) => reported.push(`${id} ${ms}`) });

  await apply(fixture);
  await apply(kickOff);
  store.now += 10 * MINUTE_MS;
  expect(await apply(goal)).toMatchObject({ outcome: "applied", version: 3 });

  const { state } = await store.matches.truth("m-1");
  expect(state.score).toEqual({ home: 1, away: 0 });
  expect(clockAt(state, store.now)).toMatchObject({ phase: "first_half", minutesIntoPeriod: 10 });

  // Sent again at once, and when its reported time has come: nothing changes, and the clock stays where it is.
  expect(await apply(kickOff)).toMatchObject({ outcome: "duplicate", version: 3 });
  store.now += TWO_HOURS_MS;
  expect(await apply(kickOff)).toMatchObject({ outcome: "duplicate", version: 3 });
  expect((await store.matches.truth("m-1")).state.clock).toEqual(state.clock);
  expect(reported).toEqual([`${kickOff.id} ${TWO_HOURS_MS}`, `${goal.id} ${TWO_HOURS_MS}`]);
});

it.each([
  ["at once", 20 * MINUTE_MS],
  ["when its reported time has come", TWO_HOURS_MS + 20 * MINUTE_MS],
])("a correction of such an event, sent %s, leaves the clock where it is", async (_when, laterMs) => {
  const store = new TestStore(redis);
  const match = new MatchScript("m-1");
  const kickOff = ahead(match.kickOff());
  await store.apply(match.fixture(), kickOff);
  const { state } = await store.matches.truth("m-1");
  store.now += laterMs;
  const corrected = { ...kickOff, revision: 2 };
  expect(await store.apply(corrected, corrected)).toMatchObject([{ outcome: "applied" }, { outcome: "duplicate" }]);
  expect((await store.matches.truth("m-1")).state.clock).toEqual(state.clock);
});
