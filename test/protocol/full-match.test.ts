import { MatchEvent } from "@touchline/domain";
import { createLogger, Metrics } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, enqueueEvents, EVENTS_QUEUE, openQueue, REFRESH_QUEUE } from "@touchline/queue";
import { afterAll, describe, expect, it } from "vitest";
import { applyMatchEvents, type EventOutcome } from "../../services/tag-manager/src/apply-match-event.ts";
import { startEventWorker } from "../../services/tag-manager/src/event-worker.ts";
import type { LogLimits } from "../../services/tag-manager/src/log-limits.ts";
import { createTagManagerMetrics } from "../../services/tag-manager/src/tag-manager-metrics.ts";
import { TruthCache } from "../../services/tag-manager/src/truth-cache.ts";
import { quietLostLogs } from "../setup/lost-logs.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis = connectTestRedis();
afterAll(async () => redis.quit());

/** A match of a fixture and a kick-off, and a tag-manager that keeps to these limits. */
async function begun(logLimits: LogLimits) {
  const store = new TestStore(redis);
  const match = new MatchScript("m-1");
  const deps = { ...store.applyDependencies(new TruthCache(1)), logLimits };
  const take = async (...events: MatchEvent[]): Promise<readonly EventOutcome[]> =>
    (await applyMatchEvents(deps, "m-1", events)).outcomes;
  expect(await take(match.fixture(), match.kickOff())).toEqual(["applied", "applied"]);
  return { store, match, take };
}

describe("a match whose log holds as much as it may", () => {
  it("refuses further events, and is as it was", async () => {
    const { store, match, take } = await begun({ events: 3, bytes: 1e6 });
    expect(await take(match.goal("home", 3))).toEqual(["applied"]);
    const before = await store.matches.truth("m-1");
    expect(await take(match.goal("home", 4), match.corner("home", 5))).toEqual(["refused", "refused"]);
    expect(await store.matches.truth("m-1")).toEqual(before);
  });

  it("takes corrections of what it knows, and duplicates", async () => {
    const { store, match, take } = await begun({ events: 3, bytes: 1e6 });
    const goal = match.goal("home", 3);
    await take(goal);
    const correction = MatchEvent.parse({ ...goal, revision: 2, retracted: true });
    expect(await take(goal, correction, match.corner("home", 5))).toEqual(["duplicate", "applied", "refused"]);
    expect((await store.matches.state("m-1"))?.score).toEqual({ home: 0, away: 0 });
  });

  it("is full by the bytes of its events as well", async () => {
    const { match, take } = await begun({ events: 100, bytes: 1_500 });
    const note = match.event("note_of_a_feed", { payload: { text: "x".repeat(1_000) } });
    expect(await take(note, match.corner("home", 5))).toEqual(["refused", "applied"]);
  });
});

it("an event that a full match refuses is a dead letter that says so, and counts as rejected", async () => {
  const store = new TestStore(redis);
  const match = new MatchScript("m-1");
  await store.apply(match.fixture(), match.kickOff());
  const [events, refreshQueue, deadLetters] = ([EVENTS_QUEUE, REFRESH_QUEUE, DEAD_LETTER_QUEUE] as const).map((name) =>
    openQueue(name, redis, store.prefix),
  ) as [ReturnType<typeof openQueue>, ReturnType<typeof openQueue>, ReturnType<typeof openQueue>];
  const counted = new Metrics({ processMetrics: false });
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  const worker = startEventWorker({
    ...store.applyDependencies(new TruthCache(1)),
    connection,
    queueRedis: redis,
    queuePrefix: store.prefix,
    refreshQueue,
    deadLetters,
    concurrency: 1,
    logLimits: { events: 2, bytes: 1e6 },
    lockMs: 60_000,
    stalledIntervalMs: 60_000,
    log: createLogger({ service: "events", level: "silent" }),
    metrics: createTagManagerMetrics(counted, { add: () => undefined }),
    lostLogs: quietLostLogs(),
  });
  const failed = Promise.withResolvers<string>();
  worker.on("failed", (_job, error) => failed.resolve(error.message));
  try {
    await enqueueEvents(events, [match.corner("home", 3)]);
    expect(await failed.promise).toContain("match m-1 holds as much as it may (2 events or 1000000 bytes)");
    expect(await deadLetters.getJobCountByTypes("waiting")).toBe(1);
    expect(await counted.registry.metrics()).toContain('events_handled_total{outcome="rejected"} 1');
  } finally {
    await worker.close();
    await Promise.all([events, refreshQueue, deadLetters].map(async (queue) => queue.close()));
    await connection.quit();
  }
});
