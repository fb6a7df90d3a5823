import { BUILTIN_GRAPH, planInvalidation } from "@touchline/domain";
import { matchKeys } from "@touchline/cache";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { ImpactAnswer } from "@touchline/contract";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";

const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;
const FIXTURE = { home: "Rovers", away: "United", kickoff: "2026-11-21T15:00:00Z", competition: "Cup" };
/** Of the day on which the test runs: its matches kick off now. */
const AT_THREE = { period: "first_half", minute: 3, occurredAt: new Date().toISOString() } as const;

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env: { API_KEYS: "key" } });
});
afterAll(async () => api[Symbol.asyncDispose]());

const ask = async (body: object | string): Promise<HttpAnswer> =>
  api.send("POST", "/v1/impact", body, { "content-type": "application/json" });

type Impact = z.output<typeof ImpactAnswer>;

async function askImpact(body: object): Promise<Impact> {
  const answer = await ask(body);
  expect([answer.status, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
  const impact = answer.as(ImpactAnswer);
  expect(impact).toEqual(answer.json());
  return impact;
}

const event = (matchId: string, more: object): object => ({
  id: "asked",
  source: "test",
  matchId,
  ...AT_THREE,
  ...more,
});

/** By the clock of the api, at which its matches kick off. */
const now = () => ({ occurredAt: new Date(api.clock.read()).toISOString() });

async function playing(matchId: string): Promise<PlayedMatch> {
  const match = await playMatch(api, matchId);
  await match.tell(KICK_OFF);
  await match.refresh();
  return match;
}

describe("asking what an event would do", () => {
  it("names changed facts with their values, touched markets with severity and cause, and what it decides", async () => {
    await playing("goal");
    const impact = await askImpact(event("goal", { type: "goal", team: "home", ...now() }));
    expect(impact).toMatchObject({
      matchId: "goal",
      version: 2,
      graphVersion: BUILTIN_GRAPH.version,
      outcome: "applied",
    });
    expect(impact.changed).toContainEqual({ fact: "score", before: { home: 0, away: 0 }, after: { home: 1, away: 0 } });
    expect(impact.touched.find(({ market }) => market === "match_result")).toMatchObject({
      category: "result",
      severity: "hard",
      because: ["score"],
      variants: ["default", "market-blend", "decimal-105"],
    });
    expect(impact.settled.find(({ market }) => market === "over_under_0_5")?.outcomes).toEqual({ over: 1, under: 0 });
    expect(impact.preserved.markets).toContain("corners_over_under_9_5");
    expect(impact.primitives).toContain("full_time_score");
    expect(impact.primitives).not.toContain("corners");
  });

  it("comes to the plan that is carried out when the event is published", async () => {
    const match = await playing("reported");
    const asked = event("reported", { type: "red_card", team: "away" });
    const impact = await askImpact(asked);
    const before = await api.api.context.store.truth("reported");
    await match.tell(asked as { type: string });
    const after = await api.api.context.store.truth("reported");
    const plan = planInvalidation(before.state, after.state);
    expect(impact.touched.map(({ market, severity }) => [market, severity])).toEqual(
      plan.touched.map(({ market, severity }) => [market, severity]),
    );
    expect(impact.changed.map(({ fact }) => fact)).toEqual(plan.changed);
  });

  it("lists as many preserved markets as it counts, and every open market exactly once", async () => {
    await playing("sums");
    for (const more of [
      { type: "corner", team: "home" },
      { type: "goal", team: "away", payload: { confirmation: "possible" } },
      { type: "bet_stop", payload: { groups: ["corners"] } },
      { type: "weather", payload: { condition: "snow" } },
      { type: "something_new" },
    ]) {
      const { preserved, touched, settled, offerChanged, openMarkets } = await askImpact(event("sums", more));
      expect(preserved.markets).toHaveLength(preserved.count);
      const reached = new Set([...touched, ...settled, ...offerChanged].map(({ market }) => market));
      expect(reached.size + preserved.count).toBe(openMarkets);
    }
  });

  it("names the variants that alone listen to market prices", async () => {
    await playMatch(api, "prices");
    const prices = { home: 1.5, draw: 4, away: 7 };
    const { touched } = await askImpact(
      event("prices", { type: "odds_update", payload: { market: "match_result", prices } }),
    );
    expect(new Set(touched.flatMap(({ variants }) => variants))).toEqual(new Set(["market-blend"]));
  });

  it("tells a suspension without a new prediction, before and after", async () => {
    await playing("stop");
    const { offerChanged, touched } = await askImpact(event("stop", { type: "bet_stop", payload: {}, ...now() }));
    expect(touched).toEqual([]);
    expect(offerChanged).toContainEqual({ market: "match_result", before: null, after: "bet_stop" });
  });

  it("tells that the clock stops, and that then everything open is computed again", async () => {
    await playing("half");
    const whistle = { type: "period_end", period: "first_half", minute: 45 };
    const { clockMoved, primitives } = await askImpact(event("half", whistle));
    expect(clockMoved).toBe(true);
    expect(primitives).toEqual(expect.arrayContaining(["full_time_score", "corners", "cards"]));
  });

  it("tells which settlements a retraction takes back", async () => {
    const match = await playing("taken-back");
    await match.tell({ type: "goal", team: "home", id: "g", source: "test", ...AT_THREE });
    const { reopened, touched } = await askImpact(
      event("taken-back", { id: "g", type: "goal", revision: 2, retracted: true }),
    );
    expect(reopened).toContain("over_under_0_5");
    expect(touched.find(({ market }) => market === "over_under_0_5")?.severity).toBe("hard");
  });

  it("finds nothing in what is known already", async () => {
    const match = await playing("twice");
    const corner = event("twice", { id: "c", type: "corner", team: "home" });
    await match.tell(corner as { type: string });
    const impact = await askImpact(corner);
    expect(impact).toMatchObject({ outcome: "duplicate", changed: [], touched: [], settled: [], primitives: [] });
    expect(impact.preserved.count).toBe(impact.openMarkets);
  });

  it("writes nothing at all, and needs no key", async () => {
    await playing("untouched");
    const { match, log, facts, required, refresh, feed } = matchKeys(api.config.KEY_PREFIX, "untouched");
    const dump = async (): Promise<unknown> => ({
      hashes: await Promise.all([match, log, facts, required, refresh].map(async (key) => api.store.hgetall(key))),
      feed: await api.store.xlen(feed),
      keys: (await api.store.keys(`${api.config.KEY_PREFIX}*`)).sort(),
    });
    const before = await dump();
    await askImpact(event("untouched", { type: "goal", team: "home" }));
    expect(await dump()).toEqual(before);
  });

  it("touches every open market where entries may come from another build's graph", async () => {
    await playing("other-build");
    await api.store.hset(matchKeys(api.config.KEY_PREFIX, "other-build").match, "graph", "older");
    const impact = await askImpact(event("other-build", { type: "corner", team: "home" }));
    expect(impact).toMatchObject({ full: true, preserved: { count: 0, markets: [] } });
    expect(impact.touched.length).toBe(impact.openMarkets);
  });
});

describe("asking about a match given as its events from the beginning", () => {
  const story = (...events: object[]): object => ({
    fixture: FIXTURE,
    events: events.map((more, i) => event("nowhere", { id: `e${i}`, ...more })),
  });

  it("asks about the last event, after all others", async () => {
    const goal = { type: "goal", team: "home" };
    const first = await askImpact(story(KICK_OFF, goal));
    const second = await askImpact(story(KICK_OFF, goal, goal));
    expect([first.version, first.event.id, second.event.id]).toEqual([0, "e1", "e2"]);
    expect(first.settled.map(({ market }) => market)).toContain("over_under_0_5");
    expect(second.settled.map(({ market }) => market)).toContain("over_under_1_5");
    expect(second.changed[0]).toEqual({ fact: "score", before: { home: 1, away: 0 }, after: { home: 2, away: 0 } });
  });

  it("takes a fixture among the events as well", async () => {
    const asEvent = { type: "fixture", payload: FIXTURE };
    const goal = { type: "goal", team: "home" };
    const events = [asEvent, KICK_OFF, goal].map((more, i) => event("nowhere", { id: `e${i}`, ...more }));
    const { touched } = await askImpact({ events });
    expect(touched).toEqual((await askImpact(story(KICK_OFF, goal))).touched);
  });

  it("touches whatever reads the fixture, when it is the fixture", async () => {
    const impact = await askImpact({ events: [event("nowhere", { type: "fixture", payload: FIXTURE })] });
    expect(impact.changed.map(({ fact }) => fact)).toContain("fixture");
    expect(impact.touched.map(({ market }) => market)).toContain("match_result");
    expect(impact.touched.map(({ market }) => market)).not.toContain("first_scorer");
  });
});

describe("a question that makes no sense", () => {
  it.each([
    ["an event that breaks a rule", event("goal", { type: "goal" }), "team"],
    ["a list of events", [], "event"],
    ["a story without events", { events: [] }, "events"],
    [
      "a broken event in a story",
      { events: [event("x", { type: "corner", team: "home" }), event("x", { type: "goal" })] },
      "events.1.team",
    ],
    ["a story of two matches", { events: [event("x", KICK_OFF), event("y", KICK_OFF)] }, "events.1.matchId"],
    ["a story with a word too many", { events: [event("x", KICK_OFF)], state: {} }, "body"],
    ["a broken fixture", { fixture: { ...FIXTURE, home: "" }, events: [event("x", KICK_OFF)] }, "fixture.home"],
  ])("is refused and named: %s", async (_what, body, path) => {
    const answer = await ask(body);
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      {
        type: "/problems/invalid_request",
        errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown[],
      },
    ]);
  });

  it("is refused for a match that nobody knows", async () => {
    const answer = await ask(event("nobody-knows", { type: "corner", team: "home" }));
    expect([answer.status, answer.json()]).toMatchObject([404, { type: "/problems/unknown_match" }]);
  });

  it("is refused beyond 1,000 events, and when it is no JSON", async () => {
    const events = Array.from({ length: 1_001 }, () => ({}));
    expect((await ask({ events })).json()).toMatchObject({ type: "/problems/too_many_events", status: 413 });
    expect((await ask("nonsense")).json()).toMatchObject({ type: "/problems/unreadable_body" });
    expect((await api.send("POST", "/v1/impact", "{}")).status).toBe(415);
  });
});
