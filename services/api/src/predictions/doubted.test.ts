import { findMarket, type Market } from "@touchline/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, startApi } from "../testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "../testing/played-match.ts";
import type { ReadSnapshot } from "./prediction-reader.ts";
import { decide, type ServingDecision } from "./serving-decision.ts";

let api: ApiFixture;
let match: PlayedMatch;
let matches = 0;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => api[Symbol.asyncDispose]());

async function judged(market: string, doubt: NonNullable<ReadSnapshot["doubt"]>): Promise<ServingDecision> {
  const snapshot = await api.api.context.store.predictions(match.matchId, "default");
  if (!snapshot) throw new Error("the match is unknown");
  const moment = { now: api.clock.now, random: 1, xfetchBeta: 1 };
  return decide({ ...snapshot, matchId: match.matchId, doubt }, findMarket(market) as Market, moment);
}

const DOUBTS = ["store_isolated", "history_unproven", "truth_incomplete"] as const;

describe.each(DOUBTS)("a snapshot in doubt: %s", (doubt) => {
  it("is stale before kick-off and suspended from then on, and nobody asks or waits", async () => {
    match = await playMatch(api, `match-${++matches}`);
    await match.refresh();
    const nobody = { reason: doubt, refresh: false, wait: false };
    expect(await judged("match_result", doubt)).toMatchObject({ status: "stale", ...nobody });
    await match.tell({ type: "kick_off" });
    await match.refresh();
    expect(await judged("match_result", doubt)).toMatchObject({ status: "suspended", ...nobody });
  });

  it("is suspended where there is no price", async () => {
    match = await playMatch(api, `match-${++matches}`);
    expect(await judged("match_result", doubt)).toMatchObject({ status: "suspended", reason: doubt });
  });

  it(`shows ${doubt === "truth_incomplete" ? "no settlement" : "settlements"}`, async () => {
    match = await playMatch(api, `match-${++matches}`);
    await match.tell({ type: "kick_off" });
    await match.tell({ type: "goal", team: "home", period: "first_half", minute: 1 });
    const { status, settlement } = await judged("over_under_0_5", doubt);
    const shown = doubt === "truth_incomplete" ? ["suspended", undefined] : ["settled", expect.anything()];
    expect([status, settlement]).toEqual(shown);
  });
});
