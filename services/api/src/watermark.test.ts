import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../../../test/setup/redis.ts";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { type PlayedMatch, playMatch } from "./testing/played-match.ts";

/** No tag-manager runs here: what is published waits, as it does while all of them are stopped. */
const LAG_MS = 1_500;
let redis: TestRedis;
let api: ApiFixture;
let matches = 0;
let match: PlayedMatch;
let other: PlayedMatch;
beforeAll(async () => {
  redis = await startRedis();
  api = await startApi({ redisUrl: redis.url, env: { APPLY_LAG_MAX_MS: String(LAG_MS), L1_MAX_BYTES: "64000000" } });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await redis.stop();
});
beforeEach(async () => {
  match = await playMatch(api, `m-${++matches}`);
  other = await playMatch(api, `m-${++matches}`);
  for (const each of [match, other]) {
    await each.tell({ type: "kick_off" });
    await each.refresh({ lifetimeMs: 600_000 });
  }
});

const read = async ({ matchId }: PlayedMatch, query = "", headers = {}): Promise<HttpAnswer> =>
  api.get(`/v1/matches/${matchId}/predictions?markets=match_result${query}`, headers);

interface Label {
  readonly status: string;
  readonly outcomes: unknown;
  readonly reason?: { readonly code: string; readonly behindSeconds?: number };
}

const labelIn = (answer: HttpAnswer): Label =>
  (answer.json()["markets"] as Record<string, Label>)["match_result"] ?? { status: "", outcomes: null };
const labelOf = async (of: PlayedMatch, query = ""): Promise<Label> => labelIn(await read(of, query));

/** Publishes over HTTP; nobody applies it. @returns what takes it out of the queue */
async function publish(event: Record<string, unknown>): Promise<() => Promise<void>> {
  const sent = { id: `e-${++matches}`, source: "feed", occurredAt: new Date().toISOString(), team: "home", ...event };
  const { status } = await api.send("POST", "/v1/events", {
    matchId: match.matchId,
    period: "first_half",
    minute: 3,
    ...sent,
  });
  expect(status).toBe(202);
  return async () => {
    await api.api.context.queues.all[0]?.drain(true);
    await api.api.context.watermark.look();
  };
}

describe("an accepted event that nobody applies", () => {
  it("has its match labelled stale once it is older than the lag, and no other match", async () => {
    expect((await labelOf(match)).status).toBe("fresh");
    const take = await publish({ type: "corner" });
    await expect.poll(async () => (await labelOf(match)).reason?.code).toBe("events_pending");
    const late = await labelOf(match);
    expect(late).toMatchObject({ status: "stale", outcomes: expect.anything() as unknown });
    expect(late.reason?.behindSeconds).toBeGreaterThan(LAG_MS / 1_000 - 1);
    await expect.poll(async () => (await labelOf(other)).status).toBe("fresh");
    await take();
    expect((await labelOf(match)).status).toBe("fresh");
  });

  it("has its prices withheld when it may forbid them, settled markets aside", async () => {
    const take = await publish({ type: "goal" });
    await expect.poll(async () => (await labelOf(match)).status).toBe("suspended");
    expect(await labelOf(match)).toMatchObject({ outcomes: null, reason: { code: "events_pending" } });
    const all = await api.get(`/v1/matches/${match.matchId}/predictions`);
    const statuses = Object.values(all.json()["markets"] as Record<string, Label>).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(["suspended"]));
    await take();
  });

  it("is shown by the explanation as by the answer, by readiness and by the metrics", async () => {
    const take = await publish({ type: "goal" });
    await expect.poll(async () => (await labelOf(match)).status).toBe("suspended");
    const explained = await api.get(`/v1/matches/${match.matchId}/markets/match_result/explain`);
    expect(explained.json()["verdict"]).toMatchObject({ status: "suspended", reason: "events_pending" });
    expect((explained.json()["verdict"] as { words: string }).words).toContain("has not been applied yet");
    const ready = await api.get("/readyz");
    expect([ready.status, ready.json()["figures"]]).toMatchObject([200, { watermark: { pending: 1, isBlind: false } }]);
    await expect
      .poll(async () => (await api.get("/v1/health")).json())
      .toMatchObject({ events: { waiting: 1, unknown: false } });
    expect(await api.metric("events_pending")).toBe(1);
    expect(await api.metric("watermark_behind_seconds")).toBeGreaterThan(LAG_MS / 1_000 - 1);
    await take();
    await expect.poll(async () => (await api.get("/v1/health")).json()).toMatchObject({ events: { waiting: 0 } });
    expect(await api.metric("events_pending")).toBe(0);
  });

  it("is not hidden by an answer in memory, and leaves that answer in memory", async () => {
    await read(match);
    const hits = await api.metric("l1_hits_total");
    await read(match);
    expect(await api.metric("l1_hits_total")).toBe(hits + 1);
    const take = await publish({ type: "corner" });
    await expect.poll(async () => (await labelOf(match)).status).toBe("stale");
    await take();
    const { etag } = (await read(match)).headers;
    expect((await read(match, "", { "if-none-match": etag })).status).toBe(304);
    expect((await labelOf(match)).status).toBe("fresh");
  });
});

describe("a queue that does not answer", () => {
  it("leaves nothing fresh beyond the lag; prices in play are withheld where the reader or the installation asks", async () => {
    const strict = await startApi({ beside: api, env: { BLIND_POLICY: "suspend", APPLY_LAG_MAX_MS: String(LAG_MS) } });
    const queues = [api, strict].map(({ api: { context } }) => context.queues);
    for (const each of queues) each.pendingEvents = async () => Promise.reject(new Error("no answer"));
    try {
      await expect.poll(async () => (await labelOf(match)).reason?.code).toBe("blind");
      expect(await labelOf(match)).toMatchObject({ status: "stale", outcomes: expect.anything() as unknown });
      expect(await labelOf(match, "&blind=suspend")).toMatchObject({ status: "suspended", outcomes: null });
      const path = `/v1/matches/${match.matchId}/predictions?markets=match_result`;
      await expect
        .poll(async () => labelIn(await strict.get(path)))
        .toMatchObject({ status: "suspended", reason: { code: "blind" } });
      expect(await api.metric("watermark_blind")).toBe(1);
    } finally {
      for (const each of queues) Reflect.deleteProperty(each, "pendingEvents");
      await strict[Symbol.asyncDispose]();
    }
    await expect.poll(async () => (await labelOf(match)).status).toBe("fresh");
  });
});
