import { findMarket, type Market } from "@touchline/domain";
import { expect, it } from "vitest";
import { startApi } from "../testing/api-fixture.ts";
import { playMatch } from "../testing/played-match.ts";
import { answerBody } from "./answer-body.ts";
import { decide } from "./serving-decision.ts";

it("a settlement that is only the last known one is stale and says why", async () => {
  await using api = await startApi();
  const match = await playMatch(api, "m-1");
  const { matchId } = match;
  await match.tell({ type: "kick_off" });
  await match.tell({ type: "goal", team: "home", period: "first_half", minute: 1 });
  const stored = await api.api.context.store.predictions(matchId, "default");
  if (!stored) throw new Error("the match is unknown");
  const now = api.clock.read();
  const shown = (degraded: boolean): unknown => {
    const snapshot = { ...stored, matchId, degraded };
    const decision = decide(snapshot, findMarket("over_under_0_5") as Market, { now, random: 1, xfetchBeta: 1 });
    const asked = { matchId, variant: "default", selection: "one", minVersion: undefined };
    return JSON.parse(answerBody(snapshot, asked, [decision], now).bytes.toString());
  };
  expect(shown(false)).toMatchObject({ markets: { over_under_0_5: { status: "settled" } } });
  expect(shown(false)).not.toHaveProperty("markets.over_under_0_5.reason");
  expect(shown(true)).toMatchObject({
    markets: {
      over_under_0_5: { status: "stale", reason: { code: "store_unavailable" } },
    },
  });
});
