import { matchKeys } from "@touchline/cache";
import { openQueue, queuePrefix, REFRESH_QUEUE } from "@touchline/queue";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { PredictionsAnswer } from "@touchline/contract";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";
import { playWorker } from "./testing/played-services.ts";

type Predictions = z.output<typeof PredictionsAnswer>;

/** Nobody refreshes unless the test does, so waits end at once. */
let api: ApiFixture;
let match: PlayedMatch;
let matches = 0;

const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;
const GOAL = { type: "goal", team: "home", period: "first_half", minute: 12 } as const;

beforeAll(async () => {
  // A draw of 0 is the least eager there is: early refreshes happen in the tests that ask for them.
  api = await startApi({ env: { MISS_WAIT_MS: "0" }, random: () => 0 });
});
afterAll(async () => api[Symbol.asyncDispose]());
beforeEach(async () => {
  match = await playMatch(api, `match-${++matches}`);
});

function read(query = "", headers: Record<string, string> = {}, from: ApiFixture = api): Promise<HttpAnswer> {
  return from.get(`/v1/matches/${match.matchId}/predictions${query}`, headers);
}

async function marketOf(id: string): Promise<Predictions["markets"][string] | undefined> {
  return (await read(`?markets=${id}`)).as(PredictionsAnswer).markets[id];
}

/** Requests for a refresh after the first `before` of them; 0 when none is unanswered. */
async function backgroundRequests(before = 0): Promise<number> {
  const { refresh } = matchKeys(api.config.KEY_PREFIX, match.matchId);
  const latest = await api.store.hget(refresh, "want:default");
  return latest === null ? 0 : Number(latest) - before;
}

async function refreshJobs(): Promise<number> {
  const { KEY_PREFIX, REDIS_MODE } = api.config;
  const queue = openQueue(REFRESH_QUEUE, api.queue, queuePrefix(KEY_PREFIX, REDIS_MODE));
  const jobs = await queue.getJobs(["prioritized", "waiting"]);
  return jobs.filter(({ data }) => (data as { matchId: string }).matchId === match.matchId).length;
}

describe("what a market reads", () => {
  it("fresh: predicted after everything that touched it, within its lifetime", async () => {
    await match.refresh({ first: 0.6 });
    const answer = await read("?markets=match_result");
    expect(answer.status).toBe(200);
    expect(answer.as(PredictionsAnswer)).toEqual({
      matchId: match.matchId,
      variant: "default",
      version: 1,
      status: "fresh",
      state: { period: "pre_match", minute: 0, score: { home: 0, away: 0 }, redCards: { home: 0, away: 0 } },
      markets: {
        match_result: {
          status: "fresh",
          outcomes: { home: 0.6, draw: 0.2, away: 0.2 },
          version: 1,
          computedAt: expect.any(String) as string,
          freshUntil: expect.any(String) as string,
        },
      },
    });
    expect(await backgroundRequests()).toBe(0);
  });

  it("stale: past its lifetime, with a refresh asked for and nobody waiting", async () => {
    await match.refresh({ lifetimeMs: 60_000, ageMs: 70_000 });
    expect(await marketOf("match_result")).toMatchObject({
      status: "stale",
      outcomes: { home: 0.5 },
      reason: { code: "expired" },
    });
    expect(await backgroundRequests()).toBe(1);
    await expect.poll(refreshJobs, { interval: 2 }).toBe(1);
  });

  it("stale: overtaken by a soft event, which it names", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    await match.tell({ type: "corner", id: "corner-7", team: "away", period: "first_half", minute: 3 });
    expect(await marketOf("corners_over_under_9_5")).toMatchObject({
      status: "stale",
      version: 2,
      reason: { code: "overtaken", event: "corner", eventId: "corner-7", source: "test" },
    });
    expect(await marketOf("match_result")).toMatchObject({ status: "fresh", version: 2 });
  });

  it("suspended: a goal makes the old price unservable, until a later one is committed", async () => {
    await match.tell(KICK_OFF);
    await match.refresh({ first: 0.4 });
    await match.tell({ ...GOAL, id: "goal-1" });
    expect(await marketOf("match_result")).toEqual({
      status: "suspended",
      outcomes: null,
      version: 2,
      reason: { code: "hard_event", event: "goal", eventId: "goal-1", source: "test" },
    });
    await match.refresh({ first: 0.7 });
    expect(await marketOf("match_result")).toMatchObject({ status: "fresh", version: 3, outcomes: { home: 0.7 } });
  });

  it("suspended: a bet stop closes it however fresh its price is", async () => {
    await match.refresh();
    await match.tell({ type: "bet_stop", payload: { groups: ["corners"] } });
    expect(await marketOf("corners_over_under_9_5")).toMatchObject({
      status: "suspended",
      outcomes: null,
      reason: { code: "bet_stop" },
    });
    expect(await marketOf("match_result")).toMatchObject({ status: "fresh" });
  });

  it("suspended: a market that does not exist in this match, when it was named; else it is left out", async () => {
    await match.refresh();
    expect(await marketOf("to_qualify")).toMatchObject({ status: "suspended", reason: { code: "not_listed" } });
    expect(Object.keys((await read()).as(PredictionsAnswer).markets)).not.toContain("to_qualify");
    expect(await backgroundRequests()).toBe(0);
  });

  it("settled: final, with its result, and provisional while the goal awaits confirmation", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    await match.tell({ ...GOAL, id: "goal-2", payload: { confirmation: "tbd" } });
    const settled = { status: "settled", outcomes: { over: 1, under: 0 }, version: 3, freshUntil: null };
    expect(await marketOf("over_under_0_5")).toMatchObject({ ...settled, provisional: true });
    await match.tell({ ...GOAL, id: "goal-2", revision: 2 });
    const confirmed = await marketOf("over_under_0_5");
    expect(confirmed).toMatchObject({ ...settled, version: 4 });
    expect(confirmed).not.toHaveProperty("provisional");
  });

  it("stale with the reason too_stale, when past grace and no refresh comes in time", async () => {
    await match.refresh({ lifetimeMs: 1_000, ageMs: 3_000 });
    expect(await marketOf("match_result")).toMatchObject({ status: "stale", reason: { code: "too_stale" } });
    expect(await api.metric('refresh_enqueues_total{reason="waiting"}')).toBeGreaterThan(0);
  });

  it("missing: listed as such beside those that are there", async () => {
    await match.refresh({ markets: ["match_result"] });
    const { status, markets } = (await read("?markets=match_result,odd_even")).as(PredictionsAnswer);
    expect(status).toBe("missing");
    expect(markets["odd_even"]).toEqual({
      status: "missing",
      outcomes: null,
      version: null,
      reason: { code: "no_entry" },
    });
    expect(markets["match_result"]).toMatchObject({ status: "fresh" });
  });

  it("503 with Retry-After when all that is open is missing", async () => {
    const answer = await read("?category=goals");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
    expect(answer.json()).toMatchObject({ type: "/problems/predictions_pending", status: 503 });
  });

  it("the variant's own numbers, as it quotes them", async () => {
    await match.refresh({ variants: ["default"], first: 0.5 });
    await match.refresh({ variants: ["decimal-105"], first: 1.9 });
    const { variant, markets } = (await read("?variant=decimal-105&markets=odd_even")).as(PredictionsAnswer);
    expect([variant, markets["odd_even"]?.outcomes?.["odd"]]).toEqual(["decimal-105", 1.9]);
  });
});

describe("asking for a version", () => {
  it("answers 503 with Retry-After when the match does not get there in time", async () => {
    await match.refresh();
    const answer = await read("?minVersion=2");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
    expect(answer.json()).toMatchObject({
      type: "/problems/version_not_reached",
      detail: "the match is at version 1, version 2 was asked for",
    });
  });

  it("waits for the event that brings it", async () => {
    await match.refresh();
    await using patient = await startApi({ beside: api, env: { MISS_WAIT_MS: "30000" } });
    const waiting = read("?minVersion=2&markets=match_result", {}, patient);
    await listening(patient);
    await match.tell(KICK_OFF);
    const answer = await waiting;
    expect([answer.status, answer.headers["touchline-match-version"]]).toEqual([200, "2"]);
  });

  it("of an epoch answers in that epoch, and 409 once the match is in another", async () => {
    await match.refresh();
    const epoch = String((await read()).headers["touchline-match-epoch"]);
    expect(epoch).toMatch(/^[0-9a-z]{16}$/);
    expect((await read(`?minVersion=${epoch}.1`)).status).toBe(200);
    const answer = await read("?minVersion=0123456789abcdef.1");
    expect([answer.status, answer.json()["type"]]).toEqual([409, "/problems/other_history"]);
    expect((await read("?minVersion=01.1")).status).toBe(400);
  });
});

describe("waiting for a refresh", () => {
  it("ends with the message of the commit, for every reader at once, after one request and one job", async () => {
    await using patient = await startApi({ beside: api, env: { MISS_WAIT_MS: "30000" } });
    const readers = Array.from({ length: 200 }, async () => read("?markets=match_result", {}, patient));
    let refreshes = 0;
    await using _worker = await playWorker(api, match, async () => {
      refreshes++;
      await match.refresh();
    });
    const answers = await Promise.all(readers);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.headers["cache-status"]).toMatch(/^touchline; fwd=miss;/);
    expect([refreshes, await patient.metric('refresh_enqueues_total{reason="waiting"}')]).toEqual([1, 1]);
  });

  it("ends with the answer to the request, although nothing came out different", async () => {
    await match.refresh({ lifetimeMs: 1_000, ageMs: 3_000 });
    await using patient = await startApi({ beside: api, env: { MISS_WAIT_MS: "30000" } });
    await using _worker = await playWorker(api, match, async () => match.refresh());
    const answer = await read("?markets=match_result", {}, patient);
    expect(answer.as(PredictionsAnswer).status).toBe("fresh");
    expect(answer.headers["cache-status"]).toMatch(/^touchline; fwd=stale;/);
  });

  it("is what no-cache asks for, where stale would do otherwise", async () => {
    await match.refresh({ lifetimeMs: 60_000, ageMs: 70_000 });
    await using patient = await startApi({ beside: api, env: { MISS_WAIT_MS: "30000" } });
    await using _worker = await playWorker(api, match, async () => match.refresh());
    const answer = await read("?markets=match_result", { "cache-control": "no-cache" }, patient);
    expect(answer.as(PredictionsAnswer).status).toBe("fresh");
  });

  it("is what only-if-cached forbids", async () => {
    await using patient = await startApi({ beside: api, env: { MISS_WAIT_MS: "30000" } });
    const answer = await read("?markets=match_result", { "cache-control": "only-if-cached" }, patient);
    expect([answer.status, answer.json()["type"]]).toEqual([504, "/problems/only_if_cached"]);
  });
});

describe("many readers of one stale match", () => {
  it("leave one request and one job until a refresh has answered, then one more", async () => {
    await match.refresh({ lifetimeMs: 60_000, ageMs: 70_000 });
    const before = await api.metric('refresh_enqueues_total{reason="stale"}');
    const burst = async (): Promise<void> => {
      const answers = await Promise.all(Array.from({ length: 200 }, async () => read()));
      expect(new Set(answers.map((answer) => answer.as(PredictionsAnswer).status))).toEqual(new Set(["stale"]));
    };
    await burst();
    expect(await backgroundRequests()).toBe(1);
    await expect.poll(refreshJobs, { interval: 2 }).toBe(1);
    expect(await api.metric('refresh_enqueues_total{reason="stale"}')).toBe(before + 1);

    await match.refresh({ lifetimeMs: 60_000, ageMs: 70_000 });
    expect(await backgroundRequests()).toBe(0);
    await answered();
    await burst();
    expect([await backgroundRequests(1), await api.metric('refresh_enqueues_total{reason="stale"}')]).toEqual([
      1,
      before + 2,
    ]);
  });
});

describe("early refresh", () => {
  it("is asked for when the draw says so, and nobody sees a difference", async () => {
    await using eager = await startApi({ beside: api, env: { MISS_WAIT_MS: "0" }, random: () => 1 - Number.EPSILON });
    await match.refresh({ lifetimeMs: 60_000, ageMs: 59_000, deltaMs: 500 });
    expect((await read("?markets=match_result", {}, eager)).as(PredictionsAnswer).status).toBe("fresh");
    expect(await eager.metric('refresh_enqueues_total{reason="early"}')).toBe(1);
    await read("?markets=match_result");
    expect(await api.metric('refresh_enqueues_total{reason="early"}')).toBe(0);
  });
});

describe("headers of an answer", () => {
  it("let no cache answer without asking, whatever is left of the lifetime", async () => {
    await match.refresh({ lifetimeMs: 60_000, ageMs: 20_500 });
    const { headers } = await read("?markets=match_result,odd_even");
    expect(headers["cache-control"]).toBe("private, no-cache");
    expect(headers).not.toHaveProperty("surrogate-control");
    expect(headers["age"]).toBe("20");
    expect(headers["cache-status"]).toMatch(/^touchline; hit; ttl=3[89]; detail=within_lifetime$/);
    const { matchId } = match;
    expect(headers["surrogate-key"]).toBe(
      `predictions match:${matchId} match:${matchId}/match_result match:${matchId}/odd_even`,
    );
    expect(headers["touchline-match-version"]).toBe("1");
  });

  it("say why a price is stale or withheld", async () => {
    await match.tell(KICK_OFF);
    await match.refresh({ lifetimeMs: 60_000, ageMs: 70_000 });
    const stale = await read("?markets=odd_even");
    expect(stale.headers["cache-control"]).toBe("private, no-cache");
    expect(stale.headers["cache-status"]).toMatch(/^touchline; hit; ttl=-1\d; detail=expired$/);
    await match.tell(GOAL);
    const suspended = await read("?markets=odd_even");
    expect(suspended.headers["cache-control"]).toBe("private, no-cache");
    expect(suspended.headers["cache-status"]).toMatch(/detail=hard_event$/);
  });

  it("name categories where the markets would not fit", async () => {
    await match.refresh();
    const keys = (await read()).headers["surrogate-key"];
    expect(String(keys).length).toBeLessThanOrEqual(1_024);
    expect(keys).toContain(`match:${match.matchId}/category:goals`);
  });
});

describe("asking again with an ETag", () => {
  it("costs no body while nothing has changed, also after a recomputation that came out equal", async () => {
    await match.refresh();
    const { headers, text } = await read("?markets=match_result");
    const etag = String(headers["etag"]);
    const again = await read("?markets=match_result", { "if-none-match": etag });
    expect([again.status, again.text, again.headers["etag"]]).toEqual([304, "", etag]);

    await match.refresh({ lifetimeMs: 120_000 });
    const extended = await read("?markets=match_result", { "if-none-match": etag });
    expect(extended.status).toBe(304);
    expect(Number(/ttl=(\d+)/.exec(String(extended.headers["cache-status"]))?.[1])).toBeGreaterThan(100);
    expect((await read("?markets=match_result")).text).toBe(text);
  });

  it("costs no body after an event that leaves the market alone", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    const etag = String((await read("?markets=match_result")).headers["etag"]);
    await match.tell({ type: "corner", team: "home", period: "first_half", minute: 0 });
    expect((await read("?markets=match_result", { "if-none-match": etag })).status).toBe(304);
    expect((await read("?markets=corners_over_under_9_5", { "if-none-match": etag })).status).toBe(200);
  });

  it("brings the new price after an event that changes it", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    const etag = String((await read("?markets=match_result")).headers["etag"]);
    await match.tell(GOAL);
    await match.refresh({ first: 0.9 });
    const answer = await read("?markets=match_result", { "if-none-match": etag });
    expect([answer.status, answer.headers["etag"] === etag]).toEqual([200, false]);
  });
});

describe("recent access", () => {
  it("is noted for the variant that is read", async () => {
    await match.refresh({ variants: ["market-blend"] });
    await read("?variant=market-blend");
    const { refresh } = matchKeys(api.config.KEY_PREFIX, match.matchId);
    await expect.poll(async () => api.store.hget(refresh, "demand:market-blend")).not.toBeNull();
  });
});

describe("the counters", () => {
  it("hold every read once", async () => {
    await using other = await startApi({ beside: api, env: { MISS_WAIT_MS: "0" } });
    await match.refresh({ markets: ["match_result"] });
    await read("?markets=match_result", {}, other);
    await read("?markets=odd_even", {}, other);
    await read("?markets=nothing", {}, other);
    await other.get("/v1/matches/nowhere/predictions");
    const counted = await Promise.all(
      ["fresh", "missing", "refused", "error"].map(async (status) =>
        other.metric(`predictions_reads_total{status="${status}"}`),
      ),
    );
    expect(counted).toEqual([1, 1, 2, 0]);
    const route = "/v1/matches/{matchId}/predictions";
    const requests = await Promise.all(
      ["200", "503", "404"].map(async (status) =>
        other.metric(`http_requests_total{route="${route}",status="${status}"}`),
      ),
    );
    expect(requests).toEqual([1, 1, 2]);
  });
});

/** Resolves once a reader of the api waits. */
async function listening({ api: { context } }: ApiFixture): Promise<void> {
  await expect.poll(() => context.feed.matches, { interval: 2 }).toBeGreaterThan(0);
}

/** Resolves once the api has received that its request was answered: that travels over another connection. */
async function answered(): Promise<void> {
  await expect.poll(() => api.api.context.asker.isAsked(match.matchId, "default"), { interval: 2 }).toBe(false);
}

describe("what the feed does not carry", () => {
  const corners = "corners_over_under_9_5";
  const coverage = ["goals", "scorers", "cards", "penalties", "substitutions", "lineups"];

  it("is not in the match, and says so to who names it", async () => {
    const fixture = {
      home: "Rovers",
      away: "United",
      competition: "Cup",
      kickoff: new Date(api.clock.now).toISOString(),
    };
    await match.tell({ type: "fixture", payload: { ...fixture, coverage } });
    await match.refresh();
    expect(await marketOf(corners)).toEqual({
      status: "suspended",
      outcomes: null,
      version: null,
      reason: { code: "not_covered" },
    });
    const all = (await read()).as(PredictionsAnswer);
    expect(all.status).toBe("fresh");
    expect(Object.keys(all.markets).filter((id) => id.includes("corners"))).toEqual([]);
    expect(await backgroundRequests()).toBe(0);
  });

  it("suspends what it stops carrying in mid-match, and asks for no refresh of it", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    await match.tell({ type: "coverage_changed", period: "first_half", minute: 20, payload: { coverage } });
    expect(await marketOf(corners)).toMatchObject({ status: "suspended", reason: { code: "not_covered" } });
    expect(await marketOf("match_result")).toMatchObject({ status: "fresh" });
    expect(await backgroundRequests()).toBe(0);
    const explained = await api.get(`/v1/matches/${match.matchId}/markets/${corners}/explain`);
    expect(explained.json()["verdict"]).toMatchObject({
      reason: "not_covered",
      words: "The feed does not carry, or has stopped carrying, what the market is decided by: corners.",
    });
  });
});

describe("a match whose clock nobody can believe", () => {
  it("has no price on the time left from when its half must have ended, until that is reported", async () => {
    await match.tell(KICK_OFF);
    api.clock.now += 76 * 60_000;
    await match.refresh();
    expect(await marketOf("match_result")).toMatchObject({ status: "fresh" });
    api.clock.now += 2 * 60_000;
    await match.refresh();
    expect(await marketOf("match_result")).toMatchObject({ status: "suspended", reason: { code: "clock_unsure" } });
    await match.tell({ type: "period_end", period: "first_half" });
    await match.refresh();
    expect(await marketOf("match_result")).toMatchObject({ status: "fresh" });
  });
});
