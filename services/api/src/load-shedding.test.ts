import { matchKeys } from "@touchline/cache";
import { openQueue, PRIORITY, queuePrefix, REFRESH_QUEUE, enqueueRefresh } from "@touchline/queue";
import type { Queue } from "bullmq";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PredictionsAnswer } from "@touchline/contract";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";

const BOUND = 4;
const STALE = { lifetimeMs: 60_000, ageMs: 70_000 };
const GOAL = { type: "goal", team: "home", period: "first_half", minute: 12 } as const;

/** No worker takes jobs: the queue holds every refresh that was enqueued. */
let api: ApiFixture;
let queue: Queue;
let match: PlayedMatch;
beforeEach(async () => {
  const env = { MISS_WAIT_MS: "0", REFRESH_BACKLOG_MAX: String(BOUND) };
  api = await startApi({ env, random: () => 0 });
  queue = openQueue(REFRESH_QUEUE, api.queue, queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE));
  match = await playMatch(api, "match");
});
afterEach(async () => {
  await queue.close();
  await api[Symbol.asyncDispose]();
});

async function waiting(count: number): Promise<void> {
  await queue.drain();
  for (let other = 0; other < count; other++) await enqueueRefresh(queue, `other-${other}`, "live");
}

function read(query: string, from: ApiFixture = api): Promise<HttpAnswer> {
  return from.get(`/v1/matches/match/predictions?${query}`);
}

/** Urgency of the job that waits for the match; undefined when none does. */
async function enqueuedPriority(): Promise<number | undefined> {
  const jobs = await queue.getJobs(["prioritized", "waiting"]);
  return jobs.find(({ data }) => (data as { matchId: string }).matchId === "match")?.priority;
}

async function isShed(reason: string, from: ApiFixture = api): Promise<void> {
  await expect.poll(async () => from.metric(`refresh_shed_total{reason="${reason}"}`), { interval: 2 }).toBe(1);
}

async function refreshField(field: string): Promise<string | null> {
  return api.store.hget(matchKeys(api.config.KEY_PREFIX, "match").refresh, field);
}

describe("while more refreshes wait than the bound allows, a reader", () => {
  beforeEach(async () => waiting(BOUND + 1));

  it("who is served stale gets his request recorded and not enqueued, and his label is true", async () => {
    await match.refresh(STALE);
    const answer = await read("markets=match_result");
    expect(answer.as(PredictionsAnswer).markets["match_result"]).toMatchObject({
      status: "stale",
      reason: { code: "expired" },
    });
    await isShed("stale");
    expect(await enqueuedPriority()).toBeUndefined();
    expect(await refreshField("want:default")).toBe("1");
  });

  it("who causes an early refresh gets it not enqueued", async () => {
    await using eager = await startApi({ beside: api, env: { REFRESH_BACKLOG_MAX: "4" }, random: () => 1 - 2 ** -52 });
    await match.refresh({ lifetimeMs: 60_000, ageMs: 59_000, deltaMs: 500 });
    expect((await read("markets=match_result", eager)).as(PredictionsAnswer).status).toBe("fresh");
    await isShed("early", eager);
    expect(await enqueuedPriority()).toBeUndefined();
  });

  it("who finds nothing gets a refresh enqueued as always", async () => {
    expect((await read("markets=match_result")).status).toBe(503);
    await expect.poll(enqueuedPriority, { interval: 2 }).toBe(PRIORITY.prematch);
    expect(await refreshField("needAt")).not.toBeNull();
  });

  it("who finds a price suspended gets one enqueued, although another was shed for the same match just before", async () => {
    await match.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await match.refresh({ lifetimeMs: 20_000, ageMs: 30_000 });
    await read("markets=match_result");
    await isShed("stale");
    await match.tell(GOAL);
    expect((await read("markets=match_result")).as(PredictionsAnswer).status).toBe("suspended");
    await expect.poll(enqueuedPriority, { interval: 2 }).toBe(PRIORITY.live);
  });

  it("who is refused a price gets one enqueued, whatever else was stale in the same answer", async () => {
    await match.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await match.refresh({ lifetimeMs: 60_000 });
    await match.tell(GOAL);
    await match.tell({ type: "corner", team: "home", period: "first_half", minute: 13 });
    const answer = (await read("markets=match_result,corners_over_under_9_5")).as(PredictionsAnswer);
    expect(Object.values(answer.markets).map(({ status }) => status)).toEqual(["suspended", "stale"]);
    await expect.poll(enqueuedPriority, { interval: 2 }).toBe(PRIORITY.live);
  });

  it("is answered by the next refresh of the match, whatever asked for that one", async () => {
    await match.refresh(STALE);
    await read("markets=match_result");
    await isShed("stale");
    await match.refresh();
    expect((await read("markets=match_result")).as(PredictionsAnswer).status).toBe("fresh");
    expect([await refreshField("want:default"), await refreshField("wantAt"), await refreshField("needAt")]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe("while no more refreshes wait than the bound allows, a reader who is served stale", () => {
  it("gets a refresh enqueued behind everything else", async () => {
    await waiting(BOUND);
    await match.refresh(STALE);
    await read("markets=match_result");
    await expect.poll(enqueuedPriority, { interval: 2 }).toBe(PRIORITY.revalidate);
    expect(await api.metric('refresh_shed_total{reason="stale"}')).toBe(0);
  });

  it("has its job raised by one who finds a price suspended", async () => {
    await match.tell({ type: "kick_off", period: "first_half", minute: 0 });
    await match.refresh({ lifetimeMs: 20_000, ageMs: 30_000 });
    await read("markets=match_result");
    await expect.poll(enqueuedPriority, { interval: 2 }).toBe(PRIORITY.revalidate);
    await match.tell(GOAL);
    await read("markets=match_result");
    await expect.poll(enqueuedPriority, { interval: 2 }).toBe(PRIORITY.live);
  });
});
