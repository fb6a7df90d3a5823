import { recordVerified } from "@touchline/cache";
import { VerificationAnswer } from "@touchline/contract";
import { afterEach, describe, expect, it } from "vitest";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";

const fixtures: ApiFixture[] = [];
afterEach(async () => {
  for (const fixture of fixtures.splice(0)) await fixture[Symbol.asyncDispose]();
});

async function start(): Promise<ApiFixture> {
  const fixture = await startApi();
  fixtures.push(fixture);
  return fixture;
}

const NOON = Date.parse("2026-08-15T12:00:00Z");

describe("GET /v1/verification", () => {
  it("says that nothing is proved before the first comparison", async () => {
    const answer = (await (await start()).get("/v1/verification")).as(VerificationAnswer);
    expect(answer).toMatchObject({ since: null, comparisons: 0, misses: 0, missRateBound: 1, foundWithin: null });
    expect(answer.markets).toEqual([]);
  });

  it("says how many comparisons there were, and what they prove: by market and by fact, misses first", async () => {
    const fixture = await start();
    const { store, config } = fixture;
    const equal = (market: string) => ({ market, outcome: "equal" }) as const;
    const clean = { at: NOON, share: 0.01, changed: ["corners"], misses: [] };
    for (let sample = 0; sample < 300; sample++)
      await recordVerified(store, config.KEY_PREFIX, { ...clean, outcomes: [equal("match_result")] });
    const quiet = (await fixture.get("/v1/verification")).as(VerificationAnswer);
    expect(quiet).toMatchObject({ since: "2026-08-15T12:00:00.000Z", comparisons: 300, misses: 0, foundWithin: 299 });
    expect(quiet.missRateBound).toBeCloseTo(3 / 300, 3);
    expect(quiet.sinceLastMiss).toMatchObject({ at: null, comparisons: 300 });

    const event = { type: "weather", source: "feed", eventId: "e-9" };
    const found = { matchId: "m-1", version: 7, market: "draw_no_bet", variant: "default", event, facts: ["weather"] };
    const miss = { ...found, at: NOON + 1_000, before: '{"home":0.5,"away":0.5}', after: '{"home":0.4,"away":0.6}' };
    const outcomes = [{ market: "draw_no_bet", outcome: "miss" } as const, { market: "x", outcome: "failed" } as const];
    await recordVerified(store, config.KEY_PREFIX, {
      at: NOON + 1_000,
      share: 0.02,
      changed: ["weather", "venue"],
      outcomes,
      misses: [miss],
    });
    await recordVerified(store, config.KEY_PREFIX, { ...clean, share: 0.02, outcomes: [equal("match_result")] });
    const answer = (await fixture.get("/v1/verification")).as(VerificationAnswer);
    expect(answer).toMatchObject({
      comparisons: 302,
      misses: 1,
      share: 0.02,
      foundWithin: 149,
      sinceLastMiss: { at: "2026-08-15T12:00:01.000Z", comparisons: 1 },
      unproved: { unexplained: 0, unrepeatable: 0, failed: 1 },
      examples: [
        {
          matchId: "m-1",
          market: "draw_no_bet",
          facts: ["weather"],
          event: { type: "weather", source: "feed", id: "e-9" },
        },
      ],
    });
    expect(answer.examples[0]?.before).toEqual({ home: 0.5, away: 0.5 });
    expect(answer.missRateBound).toBeCloseTo(4.744 / 302, 3);
    expect(answer.markets.map(({ market, misses }) => [market, misses])).toEqual([
      ["draw_no_bet", 1],
      ["match_result", 0],
    ]);
    expect(answer.facts.map(({ fact, comparisons, misses }) => [fact, comparisons, misses])).toEqual([
      ["weather", 1, 1],
      ["corners", 301, 0],
      ["venue", 1, 0],
    ]);
  });

  it("is a problem while the store does not answer", async () => {
    const fixture = await start();
    fixture.api.context.store.redis.disconnect();
    expect((await fixture.get("/v1/verification")).status).toBe(503);
  });
});
