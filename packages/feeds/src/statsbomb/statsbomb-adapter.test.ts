import { describe, expect, it } from "vitest";
import { eventsOf, parseSamples, stateOf } from "../testing/parsed-state.ts";
import { statsBomb } from "./statsbomb-adapter.ts";

const parse = (names: string[], input = {}) => parseSamples(statsBomb, import.meta.url, names, input);
const feed = parse(["events.json", "lineups.json", "matches.json"]);
const [match] = feed.matches;
const state = stateOf(match);

describe("StatsBomb files", () => {
  it("name match, teams and officials in the matches file", () => {
    expect(match).toMatchObject({ matchId: "statsbomb__4001", fixture: { home: "Northgate", away: "Southbay" } });
    expect(state).toMatchObject({
      referee: "Pat Whistle",
      venue: "North Park",
      score: { home: 1, away: 0 },
      over: true,
    });
    expect(state.counts.corners).toEqual({ home: 1, away: 0 });
  });

  it("name the bench in the line-ups", () => {
    expect(state.lineups.home?.starters).toHaveLength(11);
    expect(state.lineups.home?.bench.map(({ id }) => id)).toEqual(["111", "112"]);
  });

  it("may have a substitution without who comes on, and a player who is off for good", () => {
    expect(
      eventsOf(match)
        .filter(({ type }) => type === "substitution")
        .map(({ payload }) => payload),
    ).toEqual([
      { playerOut: "105" },
      { playerOut: "204", reason: "player_off" },
      { playerIn: "211", playerOut: "205" },
    ]);
    expect(state.lineups.home?.onPitch).toHaveLength(10);
  });

  it("start the second half after as long a first as was played, and the break", () => {
    const second = eventsOf(match).find(({ type, period }) => type === "period_start" && period === "second_half");
    expect(second?.occurredAt).toBe("2024-05-04T15:01:30.000Z");
  });

  it("name what could not be used", () => {
    expect(feed.unmapped).toEqual({ "Ball Receipt*": 1 });
    expect(feed.faults).toMatchObject([{ where: "events.json, entry 14" }]);
  });

  it("need to be told what the events do not say", () => {
    expect(() => parse(["events.json"])).toThrow("names no match");
    expect(() => parse(["events.json"], { matchId: "m1" })).toThrow("does not say when it started");
    const [reported] = parse(["events.json"], { matchId: "m1", kickoff: 0, home: "Southbay" }).matches;
    expect(stateOf(reported).score).toEqual({ home: 0, away: 1 });
  });
});
