import { describe, expect, it } from "vitest";
import { eventsOf, parseSamples, stateOf } from "../testing/parsed-state.ts";
import { apiFootball } from "./api-football-adapter.ts";

const feed = parseSamples(apiFootball, import.meta.url, ["fixtures-live.json"]);
const [live, ended] = feed.matches;
const state = stateOf(live);

/** One answer with one fixture. */
function answer(events: object[], more: object = {}): ReturnType<typeof apiFootball.parse> {
  const response = {
    fixture: { id: 1, date: "2024-05-04T14:00:00Z", status: { short: "2H", elapsed: 80 } },
    teams: { home: { id: 11, name: "Northgate" }, away: { id: 22, name: "Southbay" } },
    goals: { home: 0, away: 0 },
    events,
    ...more,
  };
  return apiFootball.parse({
    documents: [{ name: "answer", text: JSON.stringify({ errors: [], response: [response] }) }],
  });
}
const row = (elapsed: number, type: string, detail: string, player: number | null, assist: number | null = null) => ({
  time: { elapsed, extra: null },
  team: { id: 11 },
  player: { id: player },
  assist: { id: assist },
  type,
  detail,
});
const changeIn = (parsed: ReturnType<typeof answer>) =>
  eventsOf(parsed.matches[0]).find(({ type }) => type === "substitution")?.payload;

describe("API-Football, all live fixtures in one answer", () => {
  it("names each fixture", () => {
    expect(feed.matches.map(({ matchId }) => matchId)).toEqual(["api-football__9001", "api-football__9002"]);
    expect(live?.fixture).toMatchObject({ home: "Northgate", away: "Southbay", competition: "Sample League" });
    expect(state).toMatchObject({ referee: "P. Whistle", venue: "North Park" });
  });

  it("counts minutes from 0: 1 is the first, 45+2 the 47th of the first half, 46 the first of the second", () => {
    const clocks = eventsOf(live).map(({ type, period, minute }) => [type, period, minute]);
    expect(clocks).toContainEqual(["goal", "first_half", 0]);
    expect(clocks).toContainEqual(["yellow_card", "first_half", 46]);
    expect(clocks).toContainEqual(["substitution", "second_half", 45]);
  });

  it("has the score, the own goal for the side that is named, and no goal for a missed penalty", () => {
    expect(state).toMatchObject({
      clock: { period: "second_half" },
      halfTimeScore: { home: 1, away: 0 },
      score: { home: 2, away: 1 },
      penaltiesAwarded: 1,
      penaltyPending: null,
    });
    expect(state.goals[1]).toMatchObject({ side: "home", ownGoal: true, player: null });
  });

  it("sends a player off once when his second yellow card comes as a red one too", () => {
    expect(state).toMatchObject({ yellowCards: { away: 1 }, redCards: { away: 1 } });
  });

  it("tells a shoot-out from extra time that was never played", () => {
    expect(stateOf(ended)).toMatchObject({
      over: true,
      score: { home: 1, away: 1 },
      extraTimeScore: { home: 0, away: 0 },
      shootOut: { scored: { home: 1, away: 0 }, taken: { home: 1, away: 1 } },
    });
    expect(eventsOf(ended).some(({ period }) => period?.startsWith("extra_"))).toBe(false);
  });

  it("does not carry corners, and says so", () => {
    expect(live?.coverage).toMatchObject({ corners: false, score: true, lineups: false });
  });

  it("names what it could not use, and reads the rest", () => {
    expect(feed.unmapped).toEqual({ "Rain: Heavy": 1 });
    expect(feed.faults).toMatchObject([{ where: "fixtures-live.json, response.2" }]);
  });

  it("passes on what the provider says when it refuses", () => {
    const text = JSON.stringify({ errors: { token: "Missing application key" }, response: [] });
    expect(() => apiFootball.parse({ documents: [{ name: "answer", text }] })).toThrow("Missing application key");
  });
});

describe("a substitution in API-Football", () => {
  it("takes off the first name", () => {
    expect(changeIn(answer([row(60, "subst", "Substitution 1", 7, 8)]))).toEqual({ playerOut: "7", playerIn: "8" });
  });

  it("takes off the second where that one has been on the pitch", () => {
    const scored = row(20, "Goal", "Normal Goal", 8);
    expect(changeIn(answer([scored, row(60, "subst", "Substitution 1", 7, 8)]))).toEqual({
      playerOut: "8",
      playerIn: "7",
    });
  });

  it("goes by the line-ups where there are any", () => {
    const lineups = [
      { team: { id: 11 }, startXI: [{ player: { id: 8, pos: "F" } }], substitutes: [{ player: { id: 7 } }] },
    ];
    const parsed = answer([row(60, "subst", "Substitution 1", 7, 8)], { lineups });
    expect(changeIn(parsed)).toEqual({ playerOut: "8", playerIn: "7" });
    expect(parsed.matches[0]?.coverage.lineups).toBe(true);
  });

  it("may name nobody who comes", () => {
    expect(changeIn(answer([row(60, "subst", "Substitution 1", 7)]))).toEqual({ playerOut: "7" });
  });

  it("counts no card of a coach", () => {
    const lineups = [{ team: { id: 11 }, coach: { id: 500 }, startXI: [{ player: { id: 8 } }] }];
    const parsed = answer([row(60, "Card", "Yellow Card", 500)], { lineups });
    expect(stateOf(parsed.matches[0]).yellowCards.home).toBe(0);
  });
});
