import { matchKeys } from "@touchline/cache";
import { CATALOGUE } from "@touchline/domain";
import { REFRESH_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { InvalidationAnswer, PredictionsAnswer } from "@touchline/contract";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { openStream } from "./testing/open-stream.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";

const KEY = { "x-api-key": "key" };
const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;
const VARIANTS = ["default", "market-blend", "decimal-105"];
const CORNERS = CATALOGUE.filter(({ category }) => category === "corners").map(({ id }) => id);

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env: { API_KEYS: "key", MISS_WAIT_MS: "0" } });
});
afterAll(async () => api[Symbol.asyncDispose]());

let match: PlayedMatch;
let matches = 0;
beforeEach(async () => {
  match = await playMatch(api, `m-${++matches}`);
  await match.tell(KICK_OFF);
  await match.refresh({ variants: VARIANTS });
});

const post = async (body: object | string, headers: Record<string, string> = KEY): Promise<HttpAnswer> =>
  api.send("POST", `/v1/matches/${match.matchId}/invalidate`, body, { "content-type": "application/json", ...headers });

async function invalidate(body: object): Promise<z.output<typeof InvalidationAnswer>> {
  const answer = await post(body);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.as(InvalidationAnswer)).toEqual(answer.json());
  return answer.as(InvalidationAnswer);
}

/** Status of every market as it is read now. */
async function statuses(variant = "default"): Promise<Record<string, string>> {
  const answer = await api.get(`/v1/matches/${match.matchId}/predictions?variant=${variant}`);
  const { markets } = answer.as(PredictionsAnswer);
  return Object.fromEntries(Object.entries(markets).map(([id, { status }]) => [id, status]));
}

const idsOf = (markets: Record<string, string>, status: string): string[] =>
  Object.keys(markets).filter((id) => markets[id] === status);

describe("invalidating by hand", () => {
  it("makes the named markets stale in every variant, and no other", async () => {
    const answer = await invalidate({ markets: ["match_result", "odd_even"] });
    expect(answer).toMatchObject({
      version: 3,
      kind: "surgical",
      markets_affected_logical: 2,
      cache_keys_deleted_actual: 6,
      markets_preserved: answer.openMarkets - 2,
      rung: true,
    });
    for (const variant of VARIANTS)
      expect(idsOf(await statuses(variant), "stale").sort()).toEqual(["match_result", "odd_even"]);
  });

  it("suspends them when it is hard, and says why, until predictions that have seen it", async () => {
    const { cause } = await invalidate({ markets: ["match_result"], severity: "hard", reason: "wrong squad" });
    const read = await api.get(`/v1/matches/${match.matchId}/predictions?markets=match_result`);
    expect(read.as(PredictionsAnswer).markets["match_result"]).toMatchObject({
      status: "suspended",
      outcomes: null,
      reason: { code: "hard_event", event: "invalidated_by_hand", eventId: cause.eventId, source: "touchline" },
    });
    await match.refresh();
    expect((await statuses())["match_result"]).toBe("fresh");
  });

  it("refuses what a worker predicted from before it", async () => {
    const begun = await match.begin();
    await invalidate({ markets: ["match_result"], severity: "hard" });
    expect(await match.commit(begun, { markets: ["match_result", "odd_even"] })).toMatchObject({
      overtaken: 1,
      extended: 1,
    });
    expect((await statuses())["match_result"]).toBe("suspended");
  });

  it("takes a category", async () => {
    const { touched } = await invalidate({ category: "corners" });
    expect(touched.map(({ market }) => market)).toEqual(CORNERS);
    expect(idsOf(await statuses(), "stale").sort()).toEqual(CORNERS.toSorted());
  });

  it("takes a fact: the markets that read it, in the variants that do", async () => {
    const { touched, cache_keys_deleted_actual } = await invalidate({ fact: "odds.match_result" });
    expect(touched.length).toBeGreaterThan(100);
    expect(touched[0]).toMatchObject({ because: ["odds.match_result"], variants: ["market-blend"] });
    expect(cache_keys_deleted_actual).toBe(touched.length);
    expect(idsOf(await statuses(), "stale")).toEqual([]);
    expect(idsOf(await statuses("market-blend"), "stale").length).toBe(touched.length);
  });

  it("takes everything that is open, and leaves what is settled alone", async () => {
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 2 });
    await match.refresh();
    const before = await statuses();
    const answer = await invalidate({ scope: "all" });
    expect(answer).toMatchObject({ kind: "full", markets_preserved: 0, touched: { length: answer.openMarkets } });
    const after = await statuses();
    expect(idsOf(after, "settled")).toEqual(idsOf(before, "settled"));
    expect(idsOf(after, "settled")).toContain("over_under_0_5");
    expect(idsOf(after, "stale").length).toBe(answer.openMarkets);
  });

  it("writes nothing when no open market is asked for", async () => {
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 2 });
    const answer = await invalidate({ markets: ["over_under_0_5"] });
    expect(answer).toMatchObject({ kind: "nothing", version: 3, touched: [], rung: false });
    expect((await api.get(`/v1/matches/${match.matchId}`)).json()).toMatchObject({ version: 3 });
  });

  it("enqueues a refresh of the match", async () => {
    const queue = openQueue(REFRESH_QUEUE, api.queue, queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE));
    await invalidate({ scope: "all" });
    const waiting = await queue.getJobs(["waiting", "prioritized"]);
    expect(waiting.map(({ data }) => data as unknown)).toContainEqual({ matchId: match.matchId });
  });

  it("is sent to streams like an event", async () => {
    await using stream = await openStream(api, match.matchId);
    const { cause, version } = await invalidate({ markets: ["odd_even"], reason: "checked by hand" });
    expect(await stream.next()).toMatchObject({
      event: "touched",
      data: {
        version,
        event: { id: cause.eventId, source: "touchline", type: "invalidated_by_hand", reason: "checked by hand" },
        changed: [],
        touched: [{ market: "odd_even", severity: "soft", because: [] }],
        markets_affected_logical: 1,
        cache_keys_deleted_actual: 3,
      },
    });
  });

  it("is seen by a reader who asks for its version", async () => {
    const { version } = await invalidate({ markets: ["match_result"] });
    const path = `/v1/matches/${match.matchId}/predictions?markets=match_result&minVersion=${version}`;
    expect((await api.get(path)).json()).toMatchObject({ status: "stale" });
  });

  it("gives way to events of the match, and comes through all the same", async () => {
    const corners = Array.from(
      { length: 5 },
      (_, i) => ({ type: "corner", team: "home", period: "first_half", minute: i }) as const,
    );
    const reported = (async () => {
      for (const corner of corners) await match.tell(corner).catch(() => undefined);
    })();
    await Promise.all([reported, ...Array.from({ length: 5 }, async () => invalidate({ markets: ["odd_even"] }))]);
    expect((await statuses())["odd_even"]).toBe("stale");
  });

  it("touches everything where entries may come from another build's graph, and hands the match over", async () => {
    const key = matchKeys(api.config.KEY_PREFIX, match.matchId).match;
    await api.store.hset(key, "graph", "older");
    const answer = await invalidate({ markets: ["match_result"], severity: "hard" });
    expect(answer).toMatchObject({ kind: "full", markets_preserved: 0 });
    expect(await api.store.hget(key, "graph")).not.toBe("older");
    const after = await statuses();
    expect(idsOf(after, "suspended")).toEqual(["match_result"]);
    expect(idsOf(after, "fresh")).toEqual([]);
  });

  it("is counted, full and surgical apart", async () => {
    const counted = async (): Promise<number[]> =>
      Promise.all(
        [
          "surgical_invalidation_total",
          "full_invalidation_total",
          "markets_affected_logical_total",
          "cache_keys_deleted_actual_total",
        ].map(async (name) => api.metric(name)),
      );
    const before = await counted();
    const some = await invalidate({ markets: ["match_result"] });
    const all = await invalidate({ scope: "all" });
    expect((await counted()).map((count, i) => count - (before[i] ?? 0))).toEqual([
      1,
      1,
      1 + all.touched.length,
      some.cache_keys_deleted_actual + all.cache_keys_deleted_actual,
    ]);
    await api.api.context.stats.flush();
    const { tagmanager } = (await api.get("/v1/cache/stats?category=tagmanager")).json();
    expect(tagmanager).toMatchObject({
      surgical_invalidation: await api.metric("surgical_invalidation_total"),
      full_invalidation: await api.metric("full_invalidation_total"),
      markets_affected_logical: await api.metric("markets_affected_logical_total"),
      cache_keys_deleted_actual: await api.metric("cache_keys_deleted_actual_total"),
      markets_preserved: await api.metric("markets_preserved_total"),
    });
  });
});

describe("an invalidation that makes no sense", () => {
  it.each([
    ["nothing", {}, "invalidation"],
    ["two selectors", { scope: "all", category: "corners" }, "invalidation"],
    ["a scope that is none", { scope: "some" }, "scope"],
    ["a category that is none", { category: "sheep" }, "category"],
    ["a fact that is none", { fact: "sheep" }, "fact"],
    ["no markets", { markets: [] }, "markets"],
    ["a severity that is none", { scope: "all", severity: "grave" }, "severity"],
    ["an endless reason", { scope: "all", reason: "x".repeat(201) }, "reason"],
    ["a word too many", { scope: "all", match: "m" }, "invalidation"],
  ])("is refused and named: %s", async (_what, body, path) => {
    const answer = await post(body);
    expect([answer.status, answer.json()]).toMatchObject([400, { errors: [{ path }] }]);
  });

  it("names the market that there is not", async () => {
    const answer = await post({ markets: ["match_result", "sheep"] });
    expect([answer.status, answer.json()]).toMatchObject([
      404,
      { type: "/problems/unknown_market", errors: [{ path: "markets.1" }] },
    ]);
  });

  it("is refused without a key, before the body is looked at, and for a match that nobody knows", async () => {
    expect((await post("nonsense", {})).status).toBe(401);
    const answer = await api.send("POST", "/v1/matches/nobody/invalidate", { scope: "all" }, KEY);
    expect([answer.status, answer.json()]).toMatchObject([404, { type: "/problems/unknown_match" }]);
  });
});
