import { describe, expect, it } from "vitest";
import { eventsOf, parseSamples, stateOf } from "../testing/parsed-state.ts";
import { statsPerformMa3 } from "./stats-perform-adapter.ts";

const parse = (...names: string[]) => parseSamples(statsPerformMa3, import.meta.url, names);
const [match] = parse("ma3.json", "ma1.json").matches;
const state = stateOf(match);

describe("Stats Perform MA3 with MA1", () => {
  it("names the match, whichever contestant comes first", () => {
    expect(match).toMatchObject({
      matchId: "stats-perform__mx1",
      fixture: { home: "Northgate", away: "Southbay", kickoff: "2024-05-04T14:00:00.000Z" },
    });
    expect(state).toMatchObject({ referee: "Pat Whistle", venue: "North Park" });
  });

  it("has the score, the corner, the missed penalty and the shoot-out", () => {
    expect(state).toMatchObject({
      over: true,
      halfTimeScore: { home: 1, away: 0 },
      score: { home: 1, away: 0 },
      counts: { corners: { home: 0, away: 1 } },
      penaltiesAwarded: 1,
      shootOut: { scored: { home: 1, away: 0 }, taken: { home: 1, away: 1 } },
    });
  });

  it("keeps a substitute who comes on for nobody that is named", () => {
    expect(eventsOf(match).filter(({ type }) => type === "substitution")).toMatchObject([
      { team: "home", payload: { playerIn: "a11" } },
    ]);
  });

  it("takes names from MA1, and the set-up event where it has none", () => {
    expect(state.lineups.home?.starters).toContainEqual({ id: "a10", name: "S. Striker", position: "FW" });
    const [alone] = parse("ma3.json").matches;
    expect(stateOf(alone).lineups.home?.starters).toHaveLength(11);
  });

  it("is the same in XML", () => {
    expect(eventsOf(parse("ma3.xml").matches[0])).toEqual(eventsOf(parse("ma3.json").matches[0]));
  });

  it("refuses what has no events", () => {
    expect(() => parse("ma1.json")).toThrow("ma1.json: no MA3 among them, no events");
  });
});
