import { DeadLettersAnswer, HealthSnapshot, PublishedAgain } from "@touchline/contract";
import { buryJob, DEAD_LETTER_QUEUE, EVENTS_QUEUE, enqueueRefresh, openQueue, queuePrefix } from "@touchline/queue";
import { REFRESH_QUEUE } from "@touchline/queue";
import { type Job, type Queue, Worker } from "bullmq";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisHealthOf } from "./health/redis-health.ts";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";

let api: ApiFixture;
let prefix: string;
beforeAll(async () => {
  api = await startApi({ env: { API_KEYS: "the-key" } });
  prefix = queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE);
});
afterAll(async () => api[Symbol.asyncDispose]());

/** Asks until the snapshot says what is expected: one snapshot is shared by all who ask within half a second. */
async function expectHealth(expected: object): Promise<HealthSnapshot> {
  await expect.poll(async () => (await api.get("/v1/health")).json()).toMatchObject(expected);
  return (await api.get("/v1/health")).as(HealthSnapshot);
}

async function bury(data: unknown, reason: string, issues: { path: string; message: string }[]): Promise<void> {
  const letters: Queue = openQueue(DEAD_LETTER_QUEUE, api.queue, prefix);
  const job = { id: reason, name: "goal", data, timestamp: 1 } as Job;
  await buryJob(letters, EVENTS_QUEUE, job, reason, issues);
}

const GOAL = {
  id: "g-1",
  source: "feed",
  matchId: "m-1",
  type: "goal",
  team: "home",
  period: "first_half",
  minute: 3,
  occurredAt: "2026-11-28T20:00:00Z",
};

describe("the health of the installation", () => {
  it("lists live matches by their worst label, and counts no read for it", async () => {
    const match = await playMatch(api, "m-1");
    await match.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await match.refresh();
    const { matches } = await expectHealth({ matches: { live: [{ matchId: "m-1", worst: "fresh" }] } });
    expect(matches?.live[0]?.markets["fresh"]).toBeGreaterThan(100);
    await match.tell({ type: "red_card", team: "home", period: "first_half", minute: 3 });
    await expectHealth({ matches: { live: [{ matchId: "m-1", worst: "suspended" }] } });
    // The goal opens markets that have no price yet.
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 4 });
    await expectHealth({ matches: { live: [{ matchId: "m-1", worst: "missing", state: { score: { home: 1 } } }] } });
    expect(await api.metric('predictions_reads_total{status="fresh"}')).toBe(0);
  });

  it("counts from an event to the refresh that has seen it", async () => {
    const match = await playMatch(api, "m-2");
    await match.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await match.refresh();
    await match.tell({ type: "corner", team: "home", period: "first_half", minute: 1 });
    await match.refresh();
    await expect
      .poll(async () =>
        (await api.get("/v1/health")).as(HealthSnapshot).recent.eventToFresh.map((each) => each.matchId),
      )
      .toContain("m-2");
  });

  it("counts the processes that take jobs, and what waits for them", async () => {
    await expectHealth({
      processes: [
        { role: "tag-manager", count: 0 },
        { role: "worker", count: 0 },
      ],
    });
    await enqueueRefresh(openQueue(REFRESH_QUEUE, api.queue, prefix), "m-3", "live");
    await expectHealth({ refreshes: { waiting: 1, matches: [{ matchId: "m-3", state: "waiting", urgency: "live" }] } });
    const worker = new Worker(REFRESH_QUEUE, async () => undefined, { connection: api.queue, prefix });
    try {
      await expectHealth({ processes: [{ count: 0 }, { role: "worker", count: 1 }], refreshes: { waiting: 0 } });
    } finally {
      await worker.close();
    }
  });

  it("says that a disk is full, what fills the memory and which policy is wrong, from what Redis says of itself", () => {
    const info =
      "used_memory:90\r\nmaxmemory:100\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:1\r\naof_last_write_status:err\r\n";
    expect(redisHealthOf(info, "queue", 2)).toMatchObject({
      answers: true,
      usedBytes: 90,
      maxBytes: 100,
      appendOnly: true,
      policyProblem: expect.stringContaining("noeviction") as string,
      diskProblem: expect.stringContaining("append-only") as string,
    });
  });
});

describe("dead letters", () => {
  const key = { "x-api-key": "the-key" };
  const list = async () => (await api.get("/v1/dead-letters")).as(DeadLettersAnswer);

  it("say in words what happened, and are published again with a key", async () => {
    await bury(GOAL, "the store refused it", []);
    const { letters, total } = await list();
    expect(total).toBe(1);
    expect(letters[0]).toMatchObject({
      matchId: "m-1",
      words: expect.stringMatching(/^The event goal of match m-1/) as string,
    });
    const path = `/v1/dead-letters/${encodeURIComponent(letters[0]?.id ?? "")}`;
    expect((await api.send("POST", `${path}/publish`)).status).toBe(401);
    const answer = await api.send("POST", `${path}/publish`, undefined, key);
    expect(answer.as(PublishedAgain)).toMatchObject({ removed: true, events: { accepted: 1 } });
    expect(await list()).toMatchObject({ total: 0 });
    expect((await api.send("POST", `${path}/publish`, undefined, key)).json()).toMatchObject({
      type: "/problems/unknown_dead_letter",
    });
  });

  it("stay while the job is still refused, and say the rule it breaks", async () => {
    await bury({ ...GOAL, minute: -3 }, "not a match event", [{ path: "minute", message: "must be at least 0" }]);
    const [letter] = (await list()).letters;
    expect(letter?.words).toContain("minute must be at least 0");
    const path = `/v1/dead-letters/${encodeURIComponent(letter?.id ?? "")}`;
    const answer = await api.send("POST", `${path}/publish`, undefined, key);
    expect(answer.as(PublishedAgain)).toMatchObject({ removed: false, events: { rejected: 1 } });
    expect((await api.send("DELETE", path)).status).toBe(401);
    expect((await api.send("DELETE", path, undefined, key)).status).toBe(204);
    expect((await api.send("DELETE", path, undefined, key)).status).toBe(404);
  });
});
