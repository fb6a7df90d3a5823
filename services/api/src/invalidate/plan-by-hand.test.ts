import { foldEvents, graphFor, MatchEvent, type MatchState } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { InvalidationRequest } from "@touchline/contract";
import { planByHand, planFullByHand } from "./plan-by-hand.ts";

/** Announced, without team sheets: the scorers are not in the match. */
const announced: MatchState = foldEvents(
  new Map([
    [
      "feed/fixture",
      MatchEvent.parse({
        id: "fixture",
        source: "feed",
        matchId: "m-1",
        type: "fixture",
        occurredAt: "2026-05-01T12:00:00Z",
        payload: { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C" },
      }),
    ],
  ]),
);
const graph = graphFor("builtin");

const collectedBy = (plan: typeof planByHand, body: object): string[] =>
  plan(announced, InvalidationRequest.parse(body), graph).collected.map(({ market }) => market);

describe("a market that is not in the match", () => {
  it.each([
    ["by its category", { category: "scorers" }, 4],
    ["by its id", { markets: ["first_scorer", "match_result"] }, 1],
    ["by a fact that it reads", { fact: "shoot_out" }, 1],
  ])("collects a hard invalidation, asked for %s", (_how, body, atLeast) => {
    for (const plan of [planByHand, planFullByHand]) {
      expect(collectedBy(plan, { ...body, severity: "hard" }).length).toBeGreaterThanOrEqual(atLeast);
      expect(collectedBy(plan, body)).toEqual([]);
    }
  });
});

describe("an invalidation by hand", () => {
  it("forbids what was known before only when it is hard", () => {
    const forbids = (body: object): boolean => planByHand(announced, InvalidationRequest.parse(body), graph).forbids;
    expect(forbids({ scope: "all" })).toBe(false);
    expect(forbids({ scope: "all", severity: "hard" })).toBe(true);
  });
});
