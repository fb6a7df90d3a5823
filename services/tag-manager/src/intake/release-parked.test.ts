import { createLogger } from "@touchline/platform";
import { DEAD_LETTER_QUEUE, DeadLetter, EVENTS_QUEUE, openQueue, TolerantWorker } from "@touchline/queue";
import { FlowProducer, type Job, type Queue, UnrecoverableError } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MatchScript } from "../../../../test/setup/match-events.ts";
import { testPrefix } from "../../../../test/setup/redis.ts";
import { connectTestRedis } from "../../../../test/setup/store.ts";
import { readEventJob } from "./read-event-job.ts";
import { LONGEST_DELAY_MS, releaseParked } from "./release-parked.ts";

const redis: Redis = connectTestRedis();
const blocking: Redis = redis.duplicate({ maxRetriesPerRequest: null });
const prefix = testPrefix();
const log = createLogger({ service: "test", level: "silent" });
const match = new MatchScript("m-1");
let events: Queue;
let deadLetters: Queue;
beforeAll(() => {
  events = openQueue(EVENTS_QUEUE, redis, prefix);
  deadLetters = openQueue(DEAD_LETTER_QUEUE, redis, prefix);
});
afterAll(async () => {
  await Promise.all([events.close(), deadLetters.close()]);
  await redis.quit();
  blocking.disconnect();
});

async function sweep(): Promise<{ released: number; rejected: number }> {
  const counts = { released: 0, rejected: 0 };
  const metrics = { released: () => void counts.released++, rejected: () => void counts.rejected++ };
  await releaseParked({ redis, events, deadLetters, intervalMs: 0, now: Date.now, log, metrics });
  return counts;
}

describe("an event that its producer has parked", () => {
  it("is released when its delay is far ahead, and left alone while it is short", async () => {
    const far = await events.add("corner", match.corner("home", 3), { delay: 10 * 365 * 86_400_000 });
    const ahead = await events.add("corner", match.corner("home", 4), { delay: LONGEST_DELAY_MS / 2, priority: 5 });
    expect(await sweep()).toEqual({ released: 1, rejected: 0 });
    expect([await far.getState(), await ahead.getState()]).toEqual(["waiting", "delayed"]);
    expect(await sweep()).toEqual({ released: 0, rejected: 0 });
    await events.obliterate({ force: true });
  });

  it("goes to the dead letters when it waits for other jobs", async () => {
    const flows = new FlowProducer({ connection: redis, prefix });
    const goal = match.goal("home", 5);
    const children = [{ name: "never", queueName: "elsewhere", data: {} }];
    await flows.add({ name: "goal", queueName: EVENTS_QUEUE, data: goal, opts: { jobId: "parent" }, children });
    expect(await sweep()).toEqual({ released: 0, rejected: 1 });
    expect(await events.getJob("parent")).toBeUndefined();
    const [letter] = await deadLetters.getJobs("waiting");
    expect(DeadLetter.parse(letter?.data)).toMatchObject({ jobId: "parent", data: { id: goal.id } });
    await flows.close();
    await deadLetters.obliterate({ force: true });
  });
});

it("an event whose data is no JSON is among the dead letters at once", async () => {
  const job = await events.add("goal", match.goal("home", 6), { jobId: "torn" });
  await redis.hset(events.toKey("torn"), "data", '{"id":"torn');
  const done = Promise.withResolvers<string>();
  const metrics = { rejected: () => undefined };
  const take = async (taken: Job): Promise<void> => {
    await readEventJob({ deadLetters, log, metrics }, taken);
  };
  const worker = new TolerantWorker(EVENTS_QUEUE, take, { connection: blocking, prefix });
  worker.on("error", () => undefined);
  worker.on("failed", (failed, error) => done.resolve(`${failed?.id} ${error instanceof UnrecoverableError}`));
  expect(await done.promise).toBe("torn true");
  expect(await job.getState()).toBe("failed");
  const [letter] = await deadLetters.getJobs("waiting");
  expect(DeadLetter.parse(letter?.data)).toMatchObject({ jobId: "torn", data: { unreadable: '{"id":"torn' } });
  await worker.close();
});

it("an event in the name of the api is refused, unless it is a fixture that the api registers", async () => {
  const options = { deadLetters, log, metrics: { rejected: () => undefined } };
  const fake = await events.add("corner", { ...match.corner("home", 7), source: "api" });
  await expect(readEventJob(options, fake)).rejects.toThrow("reserved");
  const own = await events.add("fixture", { ...match.fixture(), source: "api", id: "fixture-m-1" });
  expect((await readEventJob(options, own)).type).toBe("fixture");
});
