import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PredictionsAnswer } from "@touchline/contract";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";

let api: ApiFixture;
let purged: ApiFixture;
let match: PlayedMatch;
let matches = 0;

const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;
const GOAL = { type: "goal", team: "home", period: "first_half", minute: 0 } as const;
const NOT_KEPT = { "cache-control": "private, no-cache", "surrogate-control": "max-age=0" };

beforeAll(async () => {
  const still = { random: () => 0 };
  api = await startApi({ ...still, env: { MISS_WAIT_MS: "0" } });
  purged = await startApi({ ...still, env: { MISS_WAIT_MS: "0", SHARED_CACHE: "purge" }, beside: api });
});
afterAll(async () => {
  await purged[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  match = await playMatch(api, `shared-${++matches}`);
});

async function read(from: ApiFixture, query = "?markets=match_result"): Promise<HttpAnswer> {
  return from.get(`/v1/matches/${match.matchId}/predictions${query}`);
}

async function fullTime(): Promise<void> {
  await match.tell(KICK_OFF);
  await match.tell({ type: "half_time", period: "first_half", minute: 45 });
  await match.tell({ type: "kick_off", period: "second_half", minute: 45 });
  await match.tell({ type: "full_time", period: "second_half", minute: 90 });
}

describe("a shared cache that is purged", () => {
  it("may keep a fresh answer for 10 s well before kick-off, and browsers may not", async () => {
    await match.refresh();
    const { headers } = await read(purged);
    expect(headers).toMatchObject({
      "cache-control": "public, max-age=0, s-maxage=10, must-revalidate",
      "surrogate-control": "max-age=10",
      "cache-tag": `predictions,match:${match.matchId},match:${match.matchId}/match_result`,
    });
    // An age would be taken off the seconds.
    expect(headers).not.toHaveProperty("age");
  });

  it("may keep it for a second in play, so that a lost purge costs at most 2 s where whole seconds are counted", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    expect((await read(purged)).headers).toMatchObject({ "surrogate-control": "max-age=1" });
  });

  it("may not keep it past a moment that it shows", async () => {
    await match.refresh({ lifetimeMs: 5_500 });
    expect((await read(purged)).headers).toMatchObject({ "surrogate-control": "max-age=4" });
    await match.refresh({ lifetimeMs: 1_500, first: 0.6 });
    expect((await read(purged)).headers).toMatchObject(NOT_KEPT);
  });

  it("may keep nothing that is stale, suspended or partly missing", async () => {
    await match.tell(KICK_OFF);
    await match.refresh({ markets: ["match_result"] });
    expect((await read(purged, "?markets=match_result,odd_even")).headers).toMatchObject(NOT_KEPT);
    await match.refresh({ lifetimeMs: 60_000, ageMs: 70_000 });
    expect((await read(purged)).headers).toMatchObject(NOT_KEPT);
    await match.tell(GOAL);
    expect((await read(purged)).headers).toMatchObject(NOT_KEPT);
  });
});

describe("a match that is over and settled", () => {
  it("may be kept for a minute, by browsers as well", async () => {
    await fullTime();
    const { headers } = await read(api);
    expect(headers["cache-control"]).toBe("private, max-age=60");
    expect((await read(purged)).headers["cache-control"]).toBe("public, max-age=60, s-maxage=60, must-revalidate");
  });

  it("may not be kept while a market settled early and the match goes on", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    await match.tell(GOAL);
    const answer = await read(api, "?markets=over_under_0_5");
    expect(answer.as(PredictionsAnswer).status).toBe("settled");
    expect(answer.headers["cache-control"]).toBe("private, no-cache");
  });
});

describe("freshUntil of a fresh price", () => {
  async function freshUntil(from: ApiFixture): Promise<number> {
    const { status, freshUntil: until } = (await read(from)).as(PredictionsAnswer).markets["match_result"] ?? {};
    expect(status).toBe("fresh");
    return Date.parse(String(until)) - from.clock.now;
  }

  it("is the first promise while that lies ahead, then the present one", async () => {
    await match.refresh({ lifetimeMs: 60_000 });
    api.clock.now += 50_000;
    await match.refresh({ lifetimeMs: 60_000 });
    expect(await freshUntil(api)).toBe(10_000);
    const before = (await read(api)).headers["etag"];
    api.clock.now += 10_000;
    expect(await freshUntil(api)).toBe(50_000);
    const after = (await read(api)).headers["etag"];
    expect(after).not.toBe(before);
    api.clock.now += 10_000;
    expect((await read(api)).headers["etag"]).toBe(after);
  });

  it("is not in the past in an answer from memory either", async () => {
    await using memory = await startApi({
      beside: api,
      env: { MISS_WAIT_MS: "0", L1_MAX_BYTES: "1000000", L1_LEASE_MS: "10000" },
      random: () => 0,
    });
    await match.refresh({ lifetimeMs: 60_000 });
    // Memory is trusted by this clock too: it has to be earned again after each leap.
    const trusted = async () => expect.poll(() => memory.api.context.l1.trusted, { interval: 5 }).toBe(true);
    api.clock.now += 50_000;
    await match.refresh({ lifetimeMs: 60_000 });
    await trusted();
    for (let reading = 0; reading < 3; reading++) expect(await freshUntil(memory)).toBe(10_000);
    expect(await memory.metric("l1_hits_total")).toBeGreaterThan(0);
    api.clock.now += 10_000;
    await trusted();
    expect(await freshUntil(memory)).toBe(50_000);
  });
});

describe("version of an answer", () => {
  const versionOf = async (query: string) => (await read(api, query)).as(PredictionsAnswer).version;

  it("is never below the minVersion that was asked for, and the header has the one that was seen", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    await match.tell({ type: "corner", team: "home", period: "first_half", minute: 0 });
    expect(await versionOf("?markets=match_result")).toBe(2);
    const answer = await read(api, "?markets=match_result&minVersion=3");
    expect(answer.as(PredictionsAnswer)).toMatchObject({ version: 3, markets: { match_result: { version: 2 } } });
    expect(answer.headers["touchline-match-version"]).toBe("3");
  });

  it("keeps the bytes after events that change nothing listed", async () => {
    await match.tell(KICK_OFF);
    await match.refresh();
    const before = await read(api, "?markets=match_result&minVersion=2");
    await match.tell({ type: "corner", team: "home", period: "first_half", minute: 0 });
    const after = await read(api, "?markets=match_result&minVersion=2");
    expect([after.text, after.headers["etag"]]).toEqual([before.text, before.headers["etag"]]);
    expect(after.headers["touchline-match-version"]).toBe("3");
  });
});
