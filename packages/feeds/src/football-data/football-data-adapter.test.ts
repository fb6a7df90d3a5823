import { describe, expect, it } from "vitest";
import { parseSamples, stateOf } from "../testing/parsed-state.ts";
import { footballData } from "./football-data-adapter.ts";

const feed = parseSamples(footballData, import.meta.url, ["matches.json"]);
const stateFor = (id: number) => stateOf(feed.matches.find(({ matchId }) => matchId === `football-data__${id}`));

describe("football-data.org", () => {
  it.each([
    [1, "scheduled", { score: { home: 0, away: 0 }, clock: null }],
    [2, "first half", { score: { home: 1, away: 0 }, clock: { period: "first_half" }, halfTimeScore: null }],
    [3, "half-time", { score: { home: 1, away: 1 }, clock: null, periodsPlayed: 1 }],
    [4, "second half", { score: { home: 2, away: 1 }, halfTimeScore: { home: 1, away: 1 } }],
    [5, "finished", { score: { home: 3, away: 1 }, over: true }],
    [7, "postponed", { halted: "postponed" }],
  ])("match %i: %s", (id, _what, expected) => {
    expect(stateFor(id)).toMatchObject(expected);
  });

  it("takes extra time and shoot-out out of the running score", () => {
    expect(stateFor(6)).toMatchObject({
      over: true,
      halfTimeScore: { home: 2, away: 0 },
      score: { home: 2, away: 2 },
      extraTimeScore: { home: 1, away: 1 },
      shootOut: { scored: { home: 4, away: 2 } },
    });
  });

  it("carries the score and nothing else", () => {
    expect(feed.matches[0]?.coverage).toMatchObject({ score: true, scorers: false, cards: false, corners: false });
  });

  it("refuses a score that cannot be, and names what it does not know", () => {
    expect(feed.faults.map(({ where }) => where)).toEqual(["matches.json, matches.7", "matches.json, matches.9"]);
    expect(feed.unmapped).toEqual({ "status DELAYED_BY_FOG": 1 });
  });

  it("passes on what the provider says when it refuses", () => {
    const documents = [{ name: "answer", text: '{"message":"You reached your request limit.","errorCode":429}' }];
    expect(() => footballData.parse({ documents })).toThrow("You reached your request limit.");
  });
});
