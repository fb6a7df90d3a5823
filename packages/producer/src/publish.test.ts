import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { testPrefix } from "../../../test/setup/redis.ts";
import { EVENTS_QUEUE, InvalidEventError, type MatchEventInput, publish } from "./index.ts";

const redis = new Redis(process.env["REDIS_URL"] ?? "", { maxRetriesPerRequest: null });
afterAll(async () => redis.quit());

let queue: Queue;
beforeEach(() => {
  queue = new Queue(EVENTS_QUEUE, { connection: redis, prefix: testPrefix() });
  return async () => queue.close();
});

const corner: MatchEventInput = {
  source: "test",
  id: "c1",
  matchId: "m1",
  type: "corner",
  team: "home",
  occurredAt: "2026-05-01T19:10:00Z",
};
const waiting = async () => (await queue.getWaiting()).map(({ id, name }) => `${name} ${id}`).sort();

describe("publishing straight into the queue", () => {
  it("makes one job of an event that is sent twice, and another of its correction", async () => {
    await publish(queue, corner);
    await publish(queue, [corner, { ...corner, revision: 2 }, { ...corner, revision: 3, retracted: true }]);
    expect(await waiting()).toEqual(["corner m1.test.c1", "corner m1.test.c1.2", "corner m1.test.c1.3.x"]);
  });

  it("publishes more than one transaction holds", async () => {
    await publish(
      queue,
      Array.from({ length: 501 }, (_none, k) => ({ ...corner, id: `c${k}` })),
    );
    expect(await queue.getWaitingCount()).toBe(501);
  });

  it("refuses what is no event, with field and rule, before anything is enqueued", async () => {
    const error: unknown = await publish(queue, [corner, { ...corner, matchId: "m:1" }]).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InvalidEventError);
    expect(error).toMatchObject({ index: 1, issues: [{ path: "matchId" }] });
    expect((error as Error).message).toMatch(/^event 1: matchId: /);
    expect(await waiting()).toEqual([]);
  });
});
