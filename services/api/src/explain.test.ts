import { matchKeys } from "@touchline/cache";
import { CATALOGUE } from "@touchline/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { ExplainAnswer, PredictionsAnswer } from "@touchline/contract";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";

const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0, id: "kick-off" } as const;
const GOAL = { type: "goal", team: "home", period: "first_half", minute: 3, id: "goal" } as const;
const CORNER = { type: "corner", team: "away", period: "first_half", minute: 4, id: "corner" } as const;
const RAIN = { type: "weather", payload: { condition: "rain" }, id: "rain" } as const;
const MARKET = "match_result";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env: { MISS_WAIT_MS: "0" } });
});
afterAll(async () => api[Symbol.asyncDispose]());

let match: PlayedMatch;
let matches = 0;
beforeEach(async () => {
  match = await playMatch(api, `m-${++matches}`);
  await match.tell(KICK_OFF);
});

type Explanation = z.output<typeof ExplainAnswer>;

async function explain(market = MARKET, query = ""): Promise<Explanation> {
  const answer = await api.get(`/v1/matches/${match.matchId}/markets/${market}/explain${query}`);
  expect([answer.status, answer.headers["cache-control"]], answer.text).toEqual([200, "no-store"]);
  expect(answer.as(ExplainAnswer)).toEqual(answer.json());
  return answer.as(ExplainAnswer);
}

const stepsOf = ({ chain }: Explanation): string[] => chain.map(({ step }) => step);
const wordsOf = ({ chain }: Explanation, step: string): string[] =>
  chain.filter((link) => link.step === step).map(({ words }) => words);

describe("explaining a market", () => {
  it("that an event overtook goes from its last commit over event, facts, market and requirement to the job that is due", async () => {
    await match.refresh();
    await match.tell(GOAL);
    const explanation = await explain();
    expect(explanation).toMatchObject({
      version: 3,
      verdict: { status: "suspended", reason: "hard_event", refresh: true },
    });
    expect(explanation.verdict.words).toBe(
      "Since goal test/goal (home, first half, 3') no price may be served that has not seen match version 3; " +
        "the stored one saw 2. A refresh is on its way.",
    );
    expect(stepsOf(explanation)).toEqual(["job", "commit", "event", "facts", "market", "requirement", "job"]);
    expect(wordsOf(explanation, "market")).toEqual(["match_result reads score: hard"]);
    expect(explanation.requirement).toMatchObject({
      version: 3,
      hardVersion: 3,
      cause: {
        type: "goal",
        eventId: "goal",
        event: { minute: 3, payload: { confirmation: "confirmed" } },
        because: ["score"],
      },
    });
    expect(explanation.requirement?.cause.changed).toContain("goal_times");
    expect(explanation.refresh).toMatchObject({ number: 1, state: "due", dueVersion: 3, inDemand: true });
    expect(explanation.commit).toMatchObject({ refresh: 1, seen: 2, onPresentClock: true });
  });

  it("that was refreshed ends with the commit that answered the event, and its figures", async () => {
    await match.refresh();
    await match.tell(GOAL);
    await match.refresh({ first: 0.8, deltaMs: 123, lifetimeMs: 20_000 });
    const explanation = await explain();
    expect(explanation.verdict).toMatchObject({ status: "fresh", reason: "within_lifetime", refresh: false });
    expect(stepsOf(explanation)).toEqual(["event", "facts", "market", "requirement", "job", "commit"]);
    expect(explanation.commit).toMatchObject({
      refresh: 2,
      seen: 3,
      // The moving estimate: 10 ms before, 123 ms now.
      deltaMs: 44,
      lifetimeMs: 20_000,
      validUntil: new Date(api.clock.now + 20_000).toISOString(),
      contentVersion: 3,
    });
    expect(explanation.refresh).toMatchObject({ state: "idle", dueSince: null });
    expect(explanation.reads.hard).toContainEqual({ fact: "score", version: 3 });
  });

  it("that no event touched says so, with the versions", async () => {
    await match.refresh();
    await match.tell(GOAL);
    const { verdict, requirement } = await explain("corners_over_under_9_5");
    expect(verdict.status).toBe("fresh");
    expect(verdict.words).toContain(
      "It saw match version 2; the match is at version 3, and nothing since changed a fact that it reads.",
    );
    expect(requirement).toMatchObject({ version: 1, hardVersion: null, hardCause: null, cause: { type: "fixture" } });
  });

  it("blames a soft event for staleness and the hard one before it for suspension", async () => {
    await match.refresh();
    await match.tell(RAIN);
    expect((await explain()).verdict).toMatchObject({
      status: "stale",
      reason: "overtaken",
      words:
        "Weather test/rain changed weather, which it reads, at match version 3; the stored prediction saw 2. A refresh is on its way.",
    });
    await match.tell(GOAL);
    await match.tell({ ...RAIN, payload: { condition: "snow" }, id: "snow" });
    const { verdict, requirement } = await explain();
    expect(verdict.words).toContain("goal test/goal");
    expect(requirement).toMatchObject({
      version: 5,
      cause: { eventId: "snow", because: ["weather"] },
      hardVersion: 4,
      hardCause: { eventId: "goal", because: ["score"] },
    });
  });

  it("that is settled names the event that did it", async () => {
    await match.refresh();
    await match.tell(GOAL);
    const explanation = await explain("over_under_0_5");
    expect(explanation.verdict.status).toBe("settled");
    expect(explanation.settlement).toMatchObject({ version: 3, outcomes: { over: 1, under: 0 }, provisional: false });
    expect(wordsOf(explanation, "settlement")).toEqual(["settled by goal test/goal at version 3: over 1, under 0"]);
    expect(explanation.history[0]).toMatchObject({ kind: "touched", effect: "settled", event: { type: "goal" } });
  });

  it("that was never predicted says that nothing is stored, and what is going to happen", async () => {
    const explanation = await explain();
    expect(explanation).toMatchObject({ commit: null, verdict: { status: "missing", reason: "no_entry" } });
    expect(explanation.verdict.words).toBe("No prediction of it is stored. A refresh is on its way.");
    expect(stepsOf(explanation)).toEqual(["event", "facts", "market", "requirement", "job"]);
    await match.begin();
    expect(await explain()).toMatchObject({ refresh: { state: "under_way", number: 1 } });
  });

  it("whose lifetime has ended waits for a reader, and says so", async () => {
    await match.refresh({ lifetimeMs: 5_000, ageMs: 6_000 });
    expect((await explain()).verdict).toMatchObject({ status: "stale", reason: "expired" });
    expect((await explain()).verdict.words).toContain("The next read asks for a refresh.");
    await match.refresh({ lifetimeMs: 5_000, ageMs: 20_000 });
    expect((await explain()).verdict).toMatchObject({ status: "stale", reason: "too_stale" });
  });

  it("speaks of the variant that was asked for", async () => {
    await match.refresh({ variants: ["decimal-105"] });
    expect(await explain(MARKET, "?variant=decimal-105")).toMatchObject({
      verdict: { status: "fresh" },
      refresh: { inDemand: false },
    });
    expect(await explain()).toMatchObject({ variant: "default", verdict: { status: "missing" } });
    const { reads } = await explain(MARKET, "?variant=market-blend");
    expect(reads.soft.map(({ fact }) => fact)).toContain("odds.match_result");
  });

  it("says why it is not offered, whatever its prediction", async () => {
    await match.refresh();
    await match.tell({ type: "bet_stop", payload: {} });
    expect((await explain()).verdict).toMatchObject({ status: "suspended", reason: "bet_stop" });
    expect((await explain("to_qualify")).verdict).toMatchObject({ status: "suspended", reason: "not_listed" });
  });

  it("blames an invalidation by hand, with its reason", async () => {
    await match.refresh();
    const body = { markets: [MARKET], severity: "hard", reason: "wrong squad" };
    await api.send("POST", `/v1/matches/${match.matchId}/invalidate`, body);
    const explanation = await explain();
    expect(explanation.verdict.words).toContain("Since an invalidation by hand (“wrong squad”) no price may be served");
    expect(explanation.requirement?.cause).toMatchObject({
      reason: "wrong squad",
      event: null,
      changed: [],
      because: [],
    });
  });

  it("agrees with what is served, for every market there is", async () => {
    await match.refresh();
    await match.tell(GOAL);
    await match.refresh({ markets: [MARKET, "odd_even"] });
    await match.tell(CORNER);
    const all = CATALOGUE.map(({ id }) => id).join(",");
    const read = await api.get(`/v1/matches/${match.matchId}/predictions?markets=${all}`);
    const { markets } = read.as(PredictionsAnswer);
    for (const [id, { status, reason }] of Object.entries(markets)) {
      const { verdict } = await explain(id, "?limit=0");
      expect([id, verdict.status]).toEqual([id, status]);
      if (reason) expect([id, verdict.reason]).toEqual([id, reason.code]);
      expect(verdict.words).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe("the history of a market", () => {
  it("lists what touched and refreshed it, and what moved the clock, newest first, and nothing else", async () => {
    await match.refresh();
    await match.tell(CORNER);
    await match.tell(GOAL);
    await match.refresh({ first: 0.9, deltaMs: 77 });
    const { history } = await explain();
    expect(history.map(({ kind, n }) => [kind, n])).toEqual([
      ["refreshed", 6],
      ["touched", 5],
      ["refreshed", 3],
      ["touched", 2],
      ["touched", 1],
    ]);
    expect(history[0]).toMatchObject({ refresh: 2, seen: 4, version: 4, deltaMs: 77, computeMs: 1 });
    expect(history[1]).toMatchObject({ effect: "touched_hard", event: { type: "goal" }, because: ["score"] });
    expect(history[3]).toMatchObject({ effect: "clock_moved", event: { type: "kick_off" } });
  });

  it("is as long as was asked for, at most 50, over more messages than are read at once", async () => {
    for (let i = 0; i < 30; i++)
      await match.tell({ ...RAIN, id: `rain-${i + 10}`, payload: { condition: i % 2 ? "rain" : "snow" } });
    for (let i = 0; i < 90; i++) await match.tell({ ...CORNER, id: `corner-${i}` });
    expect((await explain()).history).toHaveLength(20);
    expect((await explain(MARKET, "?limit=2")).history.map(({ n }) => n)).toEqual([32, 31]);
    expect((await explain(MARKET, "?limit=50")).history.map(({ n }) => n)).toEqual(
      Array.from({ length: 32 }, (_, i) => 32 - i),
    );
    expect((await explain(MARKET, "?limit=0")).history).toEqual([]);
  });

  it("does without the feed: the versions of the facts still tell what touched it", async () => {
    await match.refresh();
    await match.tell(GOAL);
    await api.store.del(matchKeys(api.config.KEY_PREFIX, match.matchId).feed);
    const explanation = await explain();
    expect(explanation.history).toEqual([]);
    expect(explanation.requirement?.cause).toMatchObject({
      changed: null,
      because: ["score"],
      event: { type: "goal" },
    });
    expect(wordsOf(explanation, "facts")).toEqual(["changed: score, perhaps others, which the feed no longer tells"]);
  });
});

describe("asking about one event", () => {
  it("that did not touch the market names the facts it changed, none of which the market reads", async () => {
    await match.refresh();
    await match.tell(GOAL);
    const { event } = await explain("corners_over_under_9_5", "?event=test/goal");
    expect(event).toMatchObject({ basis: "published", version: 3, effect: "none", reads: [], event: { id: "goal" } });
    expect(event?.words).toMatch(
      /^goal test\/goal \(home, first half, 3'\) changed score, .*; corners_over_under_9_5 reads none of that, so it was left alone\.$/,
    );
  });

  it.each([
    ["test/goal", MARKET, "touched_hard"],
    ["test/goal", "over_under_0_5", "settled"],
    ["test/corner", "corners_over_under_9_5", "touched_soft"],
    ["test/corner", MARKET, "none"],
    ["test/kick-off", MARKET, "clock_moved"],
  ])("%s says what it did to %s: %s", async (id, market, effect) => {
    await match.tell(GOAL);
    await match.tell(CORNER);
    expect((await explain(market, `?event=${id}`)).event).toMatchObject({ effect });
  });

  it("says of a market that was settled already that it was, though it reads what changed", async () => {
    await match.tell(GOAL);
    await match.tell({ ...GOAL, id: "second", minute: 5 });
    const { event } = await explain("over_under_0_5", "?event=test/second");
    expect(event).toMatchObject({ effect: "none", reads: ["score"] });
    expect(event?.words).toContain("but it was settled or did not exist then");
  });

  it("that has left the feed is judged by what taking it out of the log would change", async () => {
    await match.tell(GOAL);
    await match.tell(CORNER);
    await api.store.del(matchKeys(api.config.KEY_PREFIX, match.matchId).feed);
    expect((await explain(MARKET, "?event=test/goal")).event).toMatchObject({
      basis: "folded",
      version: null,
      effect: "touched_hard",
      reads: ["score"],
    });
    expect((await explain(MARKET, "?event=test/corner")).event).toMatchObject({
      effect: "none",
      changed: ["corners"],
      reads: [],
    });
  });

  it("that nobody knows is 404, one that cannot be is 400", async () => {
    const path = `/v1/matches/${match.matchId}/markets/${MARKET}/explain`;
    const unknown = await api.get(`${path}?event=test/nothing`);
    expect([unknown.status, unknown.json()]).toMatchObject([404, { type: "/problems/unknown_event" }]);
    for (const event of ["goal", "a/b/c", "a%3Ab/c", "/x", ""]) {
      const answer = await api.get(`${path}?event=${event}`);
      expect([event, answer.status, answer.json()]).toMatchObject([event, 400, { errors: [{ path: "event" }] }]);
    }
  });
});

describe("an explanation that cannot be given", () => {
  it.each([
    ["nobody/markets/match_result/explain", 404, "unknown_match"],
    ["known/markets/sheep/explain", 404, "unknown_market"],
    ["known/markets/match_result/explain?variant=sheep", 404, "unknown_variant"],
    ["a%3Ab/markets/match_result/explain", 400, "invalid_request"],
    ["known/markets/a%2Fb/explain", 400, "invalid_request"],
    ["known/markets/match_result/explain?limit=51", 400, "invalid_request"],
    ["known/markets/match_result/explain?limit=1&limit=2", 400, "invalid_request"],
  ])("%s is %i", async (path, status, code) => {
    const answer = await api.get(`/v1/matches/${path}`);
    expect([answer.status, answer.json()]).toMatchObject([status, { type: `/problems/${code}` }]);
  });
});
