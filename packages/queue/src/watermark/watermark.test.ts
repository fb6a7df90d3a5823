import type { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { testPrefix } from "../../../../test/setup/redis.ts";
import { EVENTS_QUEUE } from "../names.ts";
import { openQueue } from "../queues.ts";
import { readPendingEvents } from "./read-pending-events.ts";
import { type Moment, Watermark } from "./watermark.ts";

const redis = new Redis(process.env["REDIS_URL"] ?? "", { maxRetriesPerRequest: 1 });
afterAll(async () => redis.quit());

const LAG_MS = 1_000;
const canForbid = (type: string): boolean => type !== "corner";

let queue: Queue;
let watermark: Watermark;
let now: Moment;
beforeEach(() => {
  queue = openQueue(EVENTS_QUEUE, redis, testPrefix());
  watermark = new Watermark({ lagMs: LAG_MS, canForbid });
  now = { monotonic: 50_000, wall: 1_900_000_000_000 };
  return async () => queue.close();
});

const later = (ms: number): void => void (now = { monotonic: now.monotonic + ms, wall: now.wall + ms });
const look = async (): Promise<void> => watermark.take(await readPendingEvents(redis, queue, watermark.known()), now);
const of = (matchId: string) => watermark.of(matchId, now);
/** Looks as an api does, four times a lag. */
async function lookFor(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += LAG_MS / 4) {
    later(LAG_MS / 4);
    await look();
  }
}
const accept = async (data: unknown, options = {}) => queue.add("event", data, options);
const goal = (matchId: string) => ({ matchId, type: "goal", id: "g-1", source: "s" });

describe("an event that waits", () => {
  it("leaves its match caught up until it is older than the lag, and then forbids its prices", async () => {
    await look();
    await accept(goal("m-1"));
    later(LAG_MS / 4);
    await look();
    expect(of("m-1")).toEqual({ kind: "caught_up" });
    await lookFor(LAG_MS);
    expect(of("m-1")).toEqual({ kind: "behind", behindMs: 1_250, forbids: true, isNamed: true });
    expect(of("m-2")).toEqual({ kind: "caught_up" });
  });

  it("is late at the latest one lag after its acceptance, however few looks there were", async () => {
    await look();
    await accept(goal("m-1"));
    later(LAG_MS);
    await look();
    later(1);
    expect(of("m-1")).toMatchObject({ kind: "behind" });
  });

  it("is no longer late when it has been applied", async () => {
    await look();
    const job = await accept(goal("m-1"));
    await lookFor(2 * LAG_MS);
    expect(of("m-1").kind).toBe("behind");
    await job.remove();
    await look();
    expect(of("m-1")).toEqual({ kind: "caught_up" });
    expect(watermark.summary(now)).toMatchObject({ pending: 0, behindMs: 0, isBlind: false });
  });

  it.each([
    ["delayed", { delay: 3_600_000 }],
    ["prioritised", { priority: 5 }],
    ["waiting", {}],
  ])("counts while it is %s", async (_where, options) => {
    await look();
    await accept(goal("m-1"), options);
    await lookFor(2 * LAG_MS);
    expect(of("m-1")).toMatchObject({ kind: "behind", forbids: true });
  });

  it("counts while the queue is paused, and while a worker that stopped holds it", async () => {
    await look();
    await accept(goal("m-1"));
    await queue.pause();
    await accept(goal("m-2"));
    await lookFor(2 * LAG_MS);
    expect([of("m-1").kind, of("m-2").kind]).toEqual(["behind", "behind"]);
    await queue.resume();
    const taken = await redis.rpop(queue.toKey("wait"));
    await redis.lpush(queue.toKey("active"), taken ?? "");
    await lookFor(LAG_MS);
    expect([of("m-1").kind, of("m-2").kind]).toEqual(["behind", "behind"]);
  });

  it("does not forbid prices when its type never does", async () => {
    await look();
    await accept({ ...goal("m-1"), type: "corner" });
    await lookFor(2 * LAG_MS);
    expect(of("m-1")).toMatchObject({ kind: "behind", forbids: false });
  });

  it.each([
    ["has a type that cannot be understood", { type: 7 }],
    ["revises another", { type: "corner", revision: 2 }],
    ["takes another back", { type: "corner", retracted: true }],
  ])("forbids prices when it %s", async (_why, event) => {
    await look();
    await accept({ matchId: "m-1", ...event });
    await lookFor(2 * LAG_MS);
    expect(of("m-1")).toMatchObject({ kind: "behind", forbids: true });
  });

  it.each([["no JSON object"], [{ matchId: "a b" }], [{}], [null]])(
    "that names no match concerns none: %j",
    async (data) => {
      await look();
      await accept(data);
      await lookFor(2 * LAG_MS);
      expect(of("m-1")).toEqual({ kind: "caught_up" });
    },
  );

  it("concerns every match when it is too large to look at", async () => {
    await look();
    await accept({ ...goal("m-1"), payload: { text: "x".repeat(1_100_000) } });
    await lookFor(2 * LAG_MS);
    expect(of("m-2")).toMatchObject({ kind: "behind", forbids: false, isNamed: false });
  });
});

describe("a queue that was long before anybody looked", () => {
  it("is judged by the producers' timestamps, where they lie in the past", async () => {
    await accept(goal("m-1"), { timestamp: Date.now() - 60_000 });
    await accept(goal("m-2"), { timestamp: Date.now() + 3_600_000 });
    await look();
    expect(of("m-1")).toMatchObject({ kind: "behind" });
    expect(of("m-2")).toEqual({ kind: "caught_up" });
    await lookFor(2 * LAG_MS);
    expect(of("m-2")).toMatchObject({ kind: "behind" });
  });

  it("concerns only the matches that wait, for two thousand events, after a few looks", async () => {
    await look();
    await queue.addBulk(
      Array.from({ length: 2_000 }, (_, i) => ({
        name: "event",
        data: goal(`m-${i % 10}`),
        opts: { jobId: `job-${i}` },
      })),
    );
    await lookFor(2 * LAG_MS);
    expect(of("m-3")).toMatchObject({ kind: "behind", forbids: true });
    expect(of("other")).toEqual({ kind: "caught_up" });
  });

  it("is as old as the oldest that no look had reached, where a burst hid it from the first looks", async () => {
    await look();
    // More than two looks read: some goal is seen at the third one, and may be as old as the burst.
    await queue.addBulk(
      Array.from({ length: 1_100 }, (_, i) => ({ name: "event", data: goal(`m-${i}`), opts: { jobId: `job-${i}` } })),
    );
    await lookFor(LAG_MS * 0.75);
    later(LAG_MS / 4);
    const [first, last] = ["m-0", "m-1099"];
    expect([of(first), of(last)]).toEqual([{ kind: "caught_up" }, { kind: "caught_up" }]);
    later(1);
    const late = { kind: "behind", behindMs: LAG_MS + 1, forbids: true, isNamed: true };
    expect([of(first), of(last)]).toEqual([late, late]);
  });

  it("concerns every match beyond what a look lists", async () => {
    await look();
    await queue.addBulk(
      Array.from({ length: 5_000 }, (_, i) => ({ name: "event", data: goal("m-1"), opts: { jobId: `job-${i}` } })),
    );
    await lookFor(4 * LAG_MS);
    expect(of("other")).toMatchObject({ kind: "behind", forbids: false });
    expect(of("m-1")).toMatchObject({ kind: "behind", forbids: true });
  });
});

describe("a look that does not come back", () => {
  it("leaves a proof for one lag", async () => {
    expect(of("m-1")).toEqual({ kind: "blind", blindMs: Infinity });
    await look();
    later(LAG_MS);
    expect(of("m-1")).toEqual({ kind: "caught_up" });
    later(1);
    expect(of("m-1")).toEqual({ kind: "blind", blindMs: 1_001 });
  });

  it("proves nothing when the machine slept or its clock was set", async () => {
    await look();
    now = { ...now, wall: now.wall + 5_000 };
    expect(of("m-1").kind).toBe("blind");
    now = { ...now, wall: now.wall - 10_000 };
    expect(of("m-1").kind).toBe("blind");
    await look();
    expect(of("m-1")).toEqual({ kind: "caught_up" });
  });
});
