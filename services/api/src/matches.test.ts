import { CATALOGUE, eventKey } from "@touchline/domain";
import { matchKeys } from "@touchline/cache";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { MarketsAnswer, MatchAnswer, MatchListAnswer, RegistrationAnswer } from "@touchline/contract";
import { fixtureEventId } from "./matches/register-match.ts";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { playMatch } from "./testing/played-match.ts";
import { playTagManager } from "./testing/played-services.ts";

const FIXTURE = { home: "Rovers", away: "United", kickoff: "2026-11-21T15:00:00Z", competition: "Cup" };
const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;

describe("registering a match", () => {
  let api: ApiFixture;
  let tagManager: AsyncDisposable;
  beforeAll(async () => {
    api = await startApi({ env: { APPLY_WAIT_MS: "30000" } });
    tagManager = await playTagManager(api);
  });
  afterAll(async () => {
    await tagManager[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
  });

  const put = async (id: string, fixture: object): Promise<HttpAnswer> => api.send("PUT", `/v1/matches/${id}`, fixture);

  async function revisionOf(matchId: string): Promise<number> {
    const { log } = matchKeys(api.config.KEY_PREFIX, matchId);
    const text = await api.store.hget(log, eventKey({ source: "api", id: fixtureEventId(matchId) }));
    return (JSON.parse(text ?? "{}") as { revision: number }).revision;
  }

  it("answers 201 when it can be read", async () => {
    const answer = await put("new", FIXTURE);
    expect([answer.status, answer.headers["location"]]).toEqual([201, "/v1/matches/new"]);
    expect(answer.json()).toMatchObject({ matchId: "new", version: 1, status: "upcoming", ...FIXTURE });
    expect((await api.get("/v1/matches/new")).text).toBe(answer.text);
  });

  it("again with the same words is 200 and adds nothing", async () => {
    await put("same", FIXTURE);
    const { competition, kickoff, away, home } = FIXTURE;
    const answer = await put("same", { competition, kickoff, away, home, clockRate: 1 });
    expect([answer.status, answer.as(MatchAnswer).version, await revisionOf("same")]).toEqual([200, 1, 1]);
  });

  it("again with other words is the next revision", async () => {
    await put("moved", FIXTURE);
    const later = { ...FIXTURE, kickoff: "2026-11-21T17:30:00Z" };
    const answer = await put("moved", later);
    expect([answer.status, answer.as(MatchAnswer).kickoff, await revisionOf("moved")]).toEqual([200, later.kickoff, 2]);
    expect((await put("moved", FIXTURE)).as(MatchAnswer).kickoff).toBe(FIXTURE.kickoff);
  });

  it("by many at once ends with one of them, applied, and an answer for all", async () => {
    const names = Array.from({ length: 8 }, (_, i) => `Rovers ${i}`);
    const answers = await Promise.all(names.map(async (home) => put("contested", { ...FIXTURE, home })));
    for (const { status } of answers) expect([200, 201]).toContain(status);
    const { home } = (await api.get("/v1/matches/contested")).as(MatchAnswer);
    expect(names).toContain(home);
  });

  it("under an id of two other teams is taken, and reported", async () => {
    await put("reused", FIXTURE);
    const renamed = await put("reused", { ...FIXTURE, home: "Rovers FC" });
    expect(renamed.as(RegistrationAnswer).warnings).toBeUndefined();
    const other = { ...FIXTURE, home: "City", away: "Albion" };
    const answer = await put("reused", other);
    expect([answer.status, answer.as(RegistrationAnswer).warnings]).toEqual([
      200,
      [
        expect.objectContaining({
          code: "other_fixture",
          path: "matchId",
          message: expect.stringContaining("Rovers FC") as unknown,
        }),
      ],
    ]);
    expect((await put("reused", other)).as(RegistrationAnswer).warnings).toBeUndefined();
  });

  it("works for ids of any length that is allowed", async () => {
    const id = "m".repeat(64);
    expect((await put(id, FIXTURE)).status).toBe(201);
    expect(fixtureEventId(id)).toHaveLength(48);
    expect(fixtureEventId("short")).toBe("fixture-short");
  });
});

describe("registering a match while nobody applies events", () => {
  it("is 503 with Retry-After, and the fixture waits in the queue", async () => {
    await using api = await startApi({ env: { APPLY_WAIT_MS: "1" } });
    const answer = await api.send("PUT", "/v1/matches/later", FIXTURE);
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
    expect(answer.json()).toMatchObject({ type: "/problems/not_applied_yet" });
    await using patient = await startApi({ beside: api, env: { APPLY_WAIT_MS: "30000" } });
    await using _tagManager = await playTagManager(api);
    expect((await patient.send("PUT", "/v1/matches/later", FIXTURE)).json()).toMatchObject(FIXTURE);
  });

  it("does not lose a correction behind the job of the first version", async () => {
    await using api = await startApi({ env: { APPLY_WAIT_MS: "30000" } });
    await using hasty = await startApi({ beside: api, env: { APPLY_WAIT_MS: "1" } });
    await hasty.send("PUT", "/v1/matches/later", FIXTURE);
    const corrected = api.send("PUT", "/v1/matches/later", { ...FIXTURE, home: "City" });
    await using _tagManager = await playTagManager(api);
    expect((await corrected).as(MatchAnswer).home).toBe("City");
  });
});

describe("looking at matches", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(async () => api[Symbol.asyncDispose]());

  it("shows score, clock, and every fact with the version at which it last changed", async () => {
    const match = await playMatch(api, "played");
    await match.tell(KICK_OFF);
    await match.tell({ type: "goal", team: "away", period: "first_half", minute: 0 });
    const page = (await api.get("/v1/matches/played")).as(MatchAnswer);
    expect(page).toMatchObject({
      version: 3,
      status: "live",
      state: { period: "first_half", minute: 0, score: { home: 0, away: 1 }, redCards: { home: 0, away: 0 } },
      clock: { running: true, rate: 1 },
    });
    expect(page.facts.score).toEqual({ value: { home: 0, away: 1 }, version: 3 });
    expect(page.facts.fixture?.version).toBe(1);
    expect(page.facts.corners).toEqual({ value: { home: 0, away: 0 }, version: null });
  });

  it("lists them by status, in pages that join without a hole", async () => {
    await using other = await startApi();
    const names = ["a", "b", "c", "d", "e"];
    for (const name of names) {
      const match = await playMatch(other, name);
      if (name !== "a") await match.tell(KICK_OFF);
      if (name === "e") await match.tell({ type: "full_time" });
    }
    const list = async (query: string): Promise<z.output<typeof MatchListAnswer>> =>
      (await other.get(`/v1/matches?${query}`)).as(MatchListAnswer);
    const idsOf = async (query: string): Promise<string[]> => (await list(query)).matches.map(({ matchId }) => matchId);
    expect(await idsOf("status=upcoming")).toEqual(["a"]);
    expect(await idsOf("status=live")).toEqual(["b", "c", "d"]);
    expect(await idsOf("status=ended")).toEqual(["e"]);
    const first = await list("limit=2");
    const second = await list(`limit=2&offset=${first.next}`);
    const third = await list(`limit=2&offset=${second.next}`);
    const pages = [first, second, third];
    expect(pages.map(({ matches }) => matches.map(({ matchId }) => matchId))).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect(third.next).toBeNull();
    expect(first.matches[0]).toMatchObject({ home: "Rovers", away: "United", status: "upcoming", version: 1 });
  });
});

describe("the catalogue", () => {
  it("has all of that for every market there is", async () => {
    await using api = await startApi();
    const { markets } = (await api.get("/v1/markets")).as(MarketsAnswer);
    expect(markets.map(({ id }) => id)).toEqual(CATALOGUE.map(({ id }) => id));
    for (const { id, name, primitive, reads, readsBySeverity, settlement } of markets) {
      expect([id, name, primitive, settlement], id).not.toContain("");
      expect(reads.length, id).toBeGreaterThan(0);
      expect([...readsBySeverity.hard, ...readsBySeverity.soft].sort(), id).toEqual(reads.toSorted());
    }
    const names = markets.flatMap(({ aliases }) => Object.values(aliases));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["home_win", "exactly_1_goal", "home_win_to_nil", "away_win_to_nil_no"]),
    );
  });

  it("says of every market what it reads, how gravely, and how it settles", async () => {
    await using api = await startApi();
    const answer = await api.get("/v1/markets");
    const { markets, variants } = answer.as(MarketsAnswer);
    expect(variants.map(({ id }) => id)).toContain("decimal-105");
    const result = markets.find(({ id }) => id === "match_result");
    expect(result).toMatchObject({
      category: "result",
      outcomes: ["home", "draw", "away"],
      primitive: "full_time_score",
      aliases: { home: "home_win" },
      settlement: expect.stringContaining("regular time") as string,
    });
    expect(result?.readsBySeverity.hard).toContain("score");
    expect(result?.readsMore?.["market-blend"]).toContain("odds.match_result");
    expect(markets.find(({ id }) => id === "draw_no_bet")?.settlement).toContain("returns the stake");
    expect(result?.settlement).toContain("awaits confirmation");
    expect(markets.find(({ id }) => id === "corners_result")?.settlement).toContain("until the match is over");
    const again = await api.get("/v1/markets", { "if-none-match": String(answer.headers["etag"]) });
    expect([again.status, again.text]).toEqual([304, ""]);
  });
});
