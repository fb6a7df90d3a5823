import { Metrics, createLogger } from "@touchline/platform";
import { openQueue, DEAD_LETTER_QUEUE, REFRESH_QUEUE, enqueueRefresh } from "@touchline/queue";
import type { MatchEvent } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { startRefreshWorker } from "../../services/worker/src/refresh-worker.ts";
import { createWorkerMetrics } from "../../services/worker/src/worker-metrics.ts";
import { HeldPredictor } from "../setup/held-predictor.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let predictor: HeldPredictor;
let close: (() => Promise<void>)[] = [];

/** Applies the events and rings for each, as a tag-manager does. */
async function happen(...events: MatchEvent[]): Promise<void> {
  for (const event of events) {
    await store.apply(event);
    await enqueueRefresh(queue, event.matchId, "live");
  }
}

let queue: ReturnType<typeof openQueue>;
beforeEach(() => {
  store = new TestStore(redis);
  predictor = new HeldPredictor();
  const prefix = `${store.prefix}-bull`;
  queue = openQueue(REFRESH_QUEUE, redis, prefix);
  const deadLetters = openQueue(DEAD_LETTER_QUEUE, redis, prefix);
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  const noStats = { add: () => undefined, observe: () => undefined };
  const worker = startRefreshWorker({
    ...store.refreshDependencies(),
    predictor,
    connection,
    queuePrefix: prefix,
    deadLetters,
    concurrency: 1,
    lockMs: 30_000,
    stalledIntervalMs: 30_000,
    log: createLogger({ service: "burst", level: "silent" }),
    metrics: createWorkerMetrics(new Metrics({ processMetrics: false }), noStats),
  });
  close = [
    async () => worker.close(),
    async () => void (await connection.quit()),
    async () => deadLetters.close(),
    async () => queue.close(),
  ];
});
afterEach(async () => {
  for (const { finish } of predictor.computes) finish();
  for (const step of close) await step();
});

async function inPlay(matchId: string): Promise<MatchScript> {
  const match = new MatchScript(matchId);
  await store.apply(match.fixture(), match.kickOff());
  await store.refresh(matchId);
  return match;
}

const corners = (match: MatchScript, count: number): MatchEvent[] =>
  Array.from({ length: count }, () => match.corner("home", 20));

/** Markets that are neither fresh nor settled. */
async function notCurrent(matchId: string): Promise<string[]> {
  const statuses = Object.entries(await store.statuses(matchId));
  expect(statuses.map(([, status]) => status)).toContain("fresh");
  return statuses.flatMap(([market, status]) => (status === "fresh" || status === "settled" ? [] : [market]));
}

/** A job of least urgency: by the time it runs, whatever else had been rung for has run. */
async function allDone(number: number): Promise<void> {
  await store.apply(new MatchScript("last").fixture());
  await enqueueRefresh(queue, "last", "background");
  const last = await predictor.begun(number);
  expect(last.request.matchId).toBe("last");
}

const BURST = 20;

describe("a burst of events of one match", () => {
  it("during one compute leads to exactly one more, and its commit has seen all of them", async () => {
    const match = await inPlay("m-1");
    await happen(...corners(match, 1));
    const running = await predictor.begun(1);
    await happen(...corners(match, BURST));
    expect(predictor.computes).toHaveLength(1);
    running.finish();
    const next = await predictor.begun(2);
    expect(next.request.state.counts.corners.home).toBe(BURST + 1);
    next.finish();
    await allDone(3);
    expect(predictor.computesOf("m-1")).toHaveLength(2);
    expect(await notCurrent("m-1")).toEqual([]);
  });

  it("while every worker is busy elsewhere leads to exactly one compute, which has seen all of them", async () => {
    const [busy, match] = [await inPlay("m-0"), await inPlay("m-1")];
    await happen(...corners(busy, 1));
    const elsewhere = await predictor.begun(1);
    await happen(...corners(match, BURST));
    elsewhere.finish();
    (await predictor.begun(2)).finish();
    await allDone(3);
    expect(predictor.computesOf("m-1").map(({ state }) => state.counts.corners.home)).toEqual([BURST]);
    expect(await notCurrent("m-1")).toEqual([]);
  });

  it("delays a hard event among them by the running compute and no more", async () => {
    const match = await inPlay("m-1");
    await happen(...corners(match, 1));
    const running = await predictor.begun(1);
    await happen(...corners(match, BURST), match.goal("home", 21), ...corners(match, BURST));
    expect((await store.statuses("m-1"))["match_result"]).toBe("suspended");
    running.finish();
    const next = await predictor.begun(2);
    expect(next.request.state.score).toEqual({ home: 1, away: 0 });
    next.finish();
    await allDone(3);
    expect(predictor.computesOf("m-1")).toHaveLength(2);
    expect(await notCurrent("m-1")).toEqual([]);
  });
});
