import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { patientClient } from "../setup/patient-client.ts";

/**
 * A server of its own with the default prefix: what a producer meets that knows nothing of ours but the queue's name.
 */
let server: TestRedis;
let installation: Installation;
let connection: Redis;
let queue: Queue;

beforeAll(async () => {
  server = await startRedis();
  // Slow enough that what is served before the refresh can be seen.
  installation = await startInstallation({ redisUrl: server.url, prefix: "tl", env: { SIMULATE_LATENCY_MS: "400" } });
  connection = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = new Queue("match-events", { connection });
});
afterAll(async () => {
  await queue.close();
  await connection.quit();
  await installation.stop();
  await server.stop();
});

/** Resolves when BullMQ has let go of the job: its id takes a new one from then on. */
function finished(events: QueueEvents, jobId: string): Promise<void> {
  return new Promise((resolve) => {
    events.on("completed", (message) => {
      if (message.jobId === jobId) resolve();
    });
  });
}

/** The same stream in a loop that may be left without ending it. */
function keepOpen<T>(stream: AsyncGenerator<T, void, undefined>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: async () => stream.next() }) };
}

describe("a plain BullMQ producer", () => {
  it("publishes a goal: goal markets read suspended, then fresh; corner markets stay byte for byte", async () => {
    const client = patientClient({ url: installation.apis[0]?.url ?? "" });
    const kickoff = new Date().toISOString();
    const event = { source: "plain", matchId: "m-1", occurredAt: kickoff };
    await client.registerMatch("m-1", { home: "Rovers", away: "United", kickoff, competition: "Cup" });

    // From the first message on: subscribing takes longer than applying.
    const stream = client.stream("m-1", { lastEventId: "0" });
    /** Follows the stream up to the event of this type. @returns the match version that it made */
    const touchedBy = async (type: string): Promise<number> => {
      for await (const message of keepOpen(stream))
        if (message.kind === "touched" && message.event.type === type) return message.version;
      throw new Error("the stream ended");
    };
    /** Follows it up to the predictions that have seen this version. */
    const refreshedSince = async (version: number): Promise<void> => {
      for await (const message of keepOpen(stream))
        if (message.kind === "refreshed" && message.seen >= version && "match_result" in message.markets) return;
      throw new Error("the stream ended");
    };
    await queue.add("kick_off", { ...event, id: "kick-off", type: "kick_off" });
    await refreshedSince(await touchedBy("kick_off"));
    const corners = ["corners_over_under_9_5"];
    const before = await client.predictions("m-1", { markets: corners });

    await queue.add("goal", {
      ...event,
      id: "goal-1",
      type: "goal",
      team: "home",
      period: "first_half",
      minute: 0,
      second: 20,
    });
    const version = await touchedBy("goal");
    const suspended = await client.predictions("m-1", { markets: ["match_result", "over_under_0_5", ...corners] });
    expect(suspended.markets["match_result"]).toMatchObject({
      status: "suspended",
      outcomes: null,
      reason: { event: "goal" },
    });
    expect(suspended.markets["over_under_0_5"]).toMatchObject({ status: "settled", outcomes: { over: 1, under: 0 } });

    await refreshedSince(version);
    const fresh = await client.predictions("m-1", { markets: ["match_result"] });
    expect(fresh.markets["match_result"]?.status).toBe("fresh");
    const after = await client.predictions("m-1", { markets: corners });
    expect(after.markets).toEqual(before.markets);
    await stream.return();
  });

  it("keeps its jobs under one id: the correction arrives all the same", async () => {
    const client = patientClient({ url: installation.apis[0]?.url ?? "" });
    const events = new QueueEvents("match-events", { connection, lastEventId: "0" });
    await events.waitUntilReady();
    const { version } = await client.match("m-1");
    const card = {
      source: "plain",
      matchId: "m-1",
      id: "card-1",
      team: "home",
      occurredAt: new Date().toISOString(),
      period: "first_half",
      minute: 1,
    };
    const kept = { jobId: "card-1", removeOnComplete: false, removeOnFail: false };
    // The predictions change before the job ends, and until then BullMQ itself drops a second one with its id.
    const first = finished(events, kept.jobId);
    await queue.add("card", { ...card, type: "yellow_card" }, kept);
    await first;
    await queue.add("card", { ...card, type: "red_card", revision: 2 }, kept);
    await client.predictions("m-1", { minVersion: version + 2 });
    expect((await client.match("m-1")).state.redCards).toEqual({ home: 1, away: 0 });
    await events.close();
  });

  it("publishes nonsense: it lands in the dead letters with the reason, and the next event is applied", async () => {
    const letters = new Queue("dead-letters", { connection });
    const client = patientClient({ url: installation.apis[0]?.url ?? "" });
    const version = (await client.match("m-1")).version;
    await queue.add("goal", { matchId: "m:1", type: "goal", id: "x", source: "plain", occurredAt: "yesterday" });
    await queue.add("corner", {
      source: "plain",
      matchId: "m-1",
      id: "corner-1",
      type: "corner",
      team: "away",
      occurredAt: new Date().toISOString(),
      period: "first_half",
      minute: 1,
    });
    await client.predictions("m-1", { minVersion: version + 1 });
    const [letter] = await letters.getJobs(["waiting"]);
    expect(letter?.data).toMatchObject({
      queue: "match-events",
      reason: "not a match event",
      issues: expect.arrayContaining([
        expect.objectContaining({ path: "matchId" }),
        expect.objectContaining({ path: "occurredAt" }),
      ]) as unknown,
    });
    await letters.close();
  });
});
