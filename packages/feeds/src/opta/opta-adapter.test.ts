import { describe, expect, it } from "vitest";
import { FeedError } from "../adapter/adapter.ts";
import { diffSnapshot } from "@touchline/domain";
import { eventsOf, parseSamples, stateOf } from "../testing/parsed-state.ts";
import { londonTime } from "./london-time.ts";
import { optaF24 } from "./opta-adapter.ts";

const parse = (...names: string[]) => parseSamples(optaF24, import.meta.url, names);
const feed = parse("f24.xml", "f7.xml");
const [match] = feed.matches;
const state = stateOf(match);
const events = eventsOf(match);

describe("Opta F24 with F7", () => {
  it("names the match, the fixture and the officials", () => {
    expect(match).toMatchObject({
      matchId: "opta__7001",
      source: "opta-f24",
      fixture: { home: "Northgate", away: "Southbay", kickoff: "2024-05-04T14:00:00.000Z", season: "2023/2024" },
    });
    expect(state).toMatchObject({ referee: "Pat Whistle", venue: "North Park" });
  });

  it("counts one of each pair, an own goal for the side that gains it, and no deleted goal", () => {
    expect(state).toMatchObject({
      over: true,
      periodsPlayed: 2,
      halfTimeScore: { home: 1, away: 0 },
      score: { home: 2, away: 0 },
      counts: { corners: { home: 1, away: 0 } },
      penaltiesAwarded: 1,
      stoppage: { first_half: 2 },
    });
    expect(state.goals).toMatchObject([
      { side: "home", ownGoal: true, player: null, minute: 20 },
      { side: "home", ownGoal: false, player: "120", minute: 52 },
    ]);
  });

  it("sends off with a second yellow card, and counts no card of a coach", () => {
    expect(state).toMatchObject({ yellowCards: { home: 0, away: 1 }, redCards: { home: 0, away: 1 } });
    expect(events.filter(({ type }) => type === "bench_card")).toHaveLength(1);
  });

  it("pairs who goes with who comes, and takes off who goes without", () => {
    const changes = events.filter(({ type }) => type === "substitution").map(({ payload }) => payload);
    expect(changes).toEqual([
      { playerOut: "120", playerIn: "122" },
      { playerOut: "220" },
      { playerOut: "112", reason: "retired" },
    ]);
  });

  it("takes names and lines from F7 where it has them, else from the set-up", () => {
    expect(state.lineups.home?.starters).toContainEqual({ id: "120", name: "Sammy", position: "FW" });
    expect(state.lineups.home?.bench).toEqual([{ id: "122", position: "FW" }]);
    expect(state.lineups.away?.starters).toHaveLength(11);
    expect(state.goalkeepers).toEqual({ home: "111", away: "211" });
    expect(state.formations).toEqual({ home: "4-4-2", away: "4-3-3" });
  });

  it("says what it could not use", () => {
    expect(feed.unmapped).toEqual({ "1 pass": 1 });
    expect(feed.faults).toEqual([
      { where: "f24.xml, event 1023", rule: expect.stringContaining("min: Invalid input") as string },
    ]);
  });

  it("goes without F7", () => {
    const [alone] = parse("f24.xml").matches;
    expect(alone?.fixture?.kickoff).toBe("2024-05-04T14:00:00.000Z");
    expect(stateOf(alone).lineups.home?.starters).toHaveLength(11);
  });

  it("takes back what a later file deletes", () => {
    if (match?.kind !== "snapshot") throw new Error("F24 is a complete list");
    const { standing } = diffSnapshot([], match.items);
    const without = match.items.filter(({ id }) => id !== "1017" && id !== "1017_1");
    expect(
      diffSnapshot(standing, without)
        .retracted.map(({ id }) => id)
        .sort(),
    ).toEqual(["1017", "1017_1"]);
  });

  it("refuses what is no F24", () => {
    expect(() => parse("f7.xml")).toThrow(new FeedError("f7.xml: no F24 among them, no Game in Games"));
    const broken = { name: "f24.xml", text: "<Games><Game></Games>" };
    expect(() => optaF24.parse({ documents: [broken] })).toThrow(/^f24\.xml is not XML: line 1/);
  });
});

describe("London's time", () => {
  it.each([
    ["2018-08-20T21:00:23.635", "2018-08-20T20:00:23.635Z"],
    ["2018-12-20T21:00:00", "2018-12-20T21:00:00.000Z"],
    ["2018-12-20T21:00:00+01:00", "2018-12-20T20:00:00.000Z"],
    ["2024-03-31T02:30:00", "2024-03-31T01:30:00.000Z"],
    ["2024-10-27T01:30:00", "2024-10-27T00:30:00.000Z"],
  ])("%s is %s", (text, utc) => {
    expect(new Date(londonTime(text) ?? 0).toISOString()).toBe(utc);
  });

  it("is none for what is no time", () => {
    expect(londonTime("tomorrow")).toBeUndefined();
  });
});
