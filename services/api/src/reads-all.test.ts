import { matchKeys } from "@touchline/cache";
import { CATALOGUE, FACT_NAMES, graphFor } from "@touchline/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { ExplainAnswer, ImpactAnswer, InvalidationAnswer, MarketsAnswer } from "@touchline/contract";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "./testing/played-match.ts";

const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;
const CORNER = { type: "corner", team: "home", period: "first_half", minute: 3 } as const;
const VARIANTS = ["default", "market-blend", "decimal-105"];
/** The built-in model does not look at corners for it. */
const MARKET = "match_result";
const ALL = graphFor("all");

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env: { PREDICTOR: "http", MISS_WAIT_MS: "0" } });
});
afterAll(async () => api[Symbol.asyncDispose]());

let match: PlayedMatch;
let matches = 0;
beforeEach(async () => {
  match = await playMatch(api, `m-${++matches}`);
  await match.tell(KICK_OFF);
  await match.refresh({ variants: VARIANTS });
});

async function invalidate(body: object): Promise<z.output<typeof InvalidationAnswer>> {
  const answer = await api.send("POST", `/v1/matches/${match.matchId}/invalidate`, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.as(InvalidationAnswer);
}

const storedGraphVersion = async (): Promise<string | undefined> =>
  (await api.api.context.store.graphsOf(match.matchId))[0];

async function askImpact(body: object): Promise<z.output<typeof ImpactAnswer>> {
  const occurredAt = new Date(api.clock.read()).toISOString();
  const asked = { id: "asked", source: "test", matchId: match.matchId, occurredAt, ...body };
  return (await api.send("POST", "/v1/impact", asked)).as(ImpactAnswer);
}

async function explain(query = ""): Promise<z.output<typeof ExplainAnswer>> {
  return (await api.get(`/v1/matches/${match.matchId}/markets/${MARKET}/explain${query}`)).as(ExplainAnswer);
}

describe("an invalidation by hand where the predictor may read anything", () => {
  it("touches what was asked for and no more, and leaves the match with the graph of its events", async () => {
    expect(await storedGraphVersion()).toBe(ALL.version);
    const answer = await invalidate({ markets: [MARKET] });
    expect(answer).toMatchObject({
      version: 3,
      kind: "surgical",
      touched: [{ market: MARKET, severity: "soft" }],
      cache_keys_deleted_actual: VARIANTS.length,
      markets_preserved: answer.openMarkets - 1,
    });
    expect(await storedGraphVersion()).toBe(ALL.version);
  });

  it("leaves the next event what it is: one that changes no fact still touches nothing", async () => {
    await invalidate({ markets: [MARKET] });
    await match.refresh({ variants: VARIANTS });
    // It throws where a tag-manager would fall back to a full step.
    expect(await match.tell({ type: "something_new" })).toBe(4);
    expect((await explain()).verdict).toMatchObject({ status: "fresh" });
  });

  it("takes a fact to touch every open market in every variant", async () => {
    const answer = await invalidate({ fact: "odds.match_result" });
    expect(answer).toMatchObject({ kind: "full", markets_preserved: 0, touched: { length: answer.openMarkets } });
    for (const { because, variants } of answer.touched)
      expect({ because, variants }).toEqual({ because: ["odds.match_result"], variants: undefined });
    expect(answer.cache_keys_deleted_actual).toBe(answer.openMarkets * VARIANTS.length);
  });

  it("is full for a match that a tag-manager with another setting left behind", async () => {
    const { match: key } = matchKeys(api.config.KEY_PREFIX, match.matchId);
    await api.store.hset(key, "graph", graphFor("builtin").version);
    expect(await invalidate({ markets: [MARKET] })).toMatchObject({ kind: "full", markets_preserved: 0 });
    expect(await storedGraphVersion()).toBe(ALL.version);
  });
});

describe("asking what an event would do where the predictor may read anything", () => {
  it("names every open market for a corner, by the graph and not for fear of another build", async () => {
    const impact = await askImpact(CORNER);
    expect(impact).toMatchObject({ graphVersion: ALL.version, full: false, preserved: { count: 0 } });
    expect(impact.touched.length + impact.settled.length).toBe(impact.openMarkets);
    expect(impact.touched.find(({ market }) => market === MARKET)).toMatchObject({
      severity: "soft",
      variants: VARIANTS,
      because: impact.changed.map(({ fact }) => fact),
    });
  });

  it("tells nothing touched when no fact changes", async () => {
    expect(await askImpact({ type: "something_new" })).toMatchObject({ full: false, changed: [], touched: [] });
  });
});

describe("explaining a market where the predictor may read anything", () => {
  it("names every fact among its reads, and keeps hard what is hard for the built-in model", async () => {
    const { graphVersion, reads } = await explain();
    expect(graphVersion).toBe(ALL.version);
    const names = [...reads.hard, ...reads.soft].map(({ fact }) => fact as string);
    expect(names.sort()).toEqual(FACT_NAMES.toSorted());
    expect(reads.hard.map(({ fact }) => fact)).toContain("score");
    expect(reads.soft.map(({ fact }) => fact)).toContain("odds.match_result");
  });

  it.each([
    ["published", false],
    ["folded", true],
  ])("says of a corner that it touched the match result (%s)", async (basis, isForgotten) => {
    await match.tell({ ...CORNER, id: "corner" });
    if (isForgotten) await api.store.xtrim(matchKeys(api.config.KEY_PREFIX, match.matchId).feed, "MAXLEN", 0);
    const { event, verdict, requirement } = await explain("?event=test/corner");
    expect(event).toMatchObject({ basis, effect: "touched_soft", reads: event?.changed });
    expect(event?.changed.length).toBeGreaterThan(0);
    expect(verdict).toMatchObject({ status: "stale", reason: "overtaken" });
    expect(requirement?.cause.because).toEqual(event?.changed);
  });
});

describe("the catalogue where the predictor may read anything", () => {
  it("says that every market reads every fact, in the default variant already", async () => {
    const { graphVersion, markets } = (await api.get("/v1/markets")).as(MarketsAnswer);
    expect(graphVersion).toBe(ALL.version);
    expect(markets.map(({ id }) => id)).toEqual(CATALOGUE.map(({ id }) => id));
    for (const { id, reads, readsMore, readsBySeverity } of markets) {
      expect(reads.toSorted(), id).toEqual(FACT_NAMES.toSorted());
      expect([...readsBySeverity.hard, ...readsBySeverity.soft].sort(), id).toEqual(FACT_NAMES.toSorted());
      expect(readsMore, id).toBeUndefined();
    }
  });

  it("says what the built-in model reads where the operator says that the model server reads no more", async () => {
    await using other = await startApi({ env: { PREDICTOR: "http", PREDICTOR_READS: "builtin" } });
    const { graphVersion, markets } = (await other.get("/v1/markets")).as(MarketsAnswer);
    expect(graphVersion).toBe(graphFor("builtin").version);
    expect(markets.find(({ id }) => id === MARKET)?.reads).not.toContain("corners");
  });
});
