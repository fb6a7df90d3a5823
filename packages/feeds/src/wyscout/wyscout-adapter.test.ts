import { describe, expect, it } from "vitest";
import { eventsOf, parseSamples, stateOf } from "../testing/parsed-state.ts";
import { wyscoutV2, wyscoutV3 } from "./index.ts";

const v2 = (names: string[], input = {}) => parseSamples(wyscoutV2, import.meta.url, names, input);

describe("Wyscout v2", () => {
  const feed = v2(["events-v2.json", "match.json"]);
  const [match] = feed.matches;
  const state = stateOf(match);

  it("counts goals once, own goals for the other side, and no keeper's touch", () => {
    expect(state).toMatchObject({
      halfTimeScore: { home: 0, away: 1 },
      score: { home: 2, away: 2 },
      counts: { corners: { home: 1, away: 0 } },
      penaltiesAwarded: 1,
      over: true,
    });
    expect(state.goals.map(({ side, minute, ownGoal }) => [side, minute, ownGoal])).toEqual([
      ["away", 25, false],
      ["home", 52, false],
      ["home", 60, true],
      ["away", 66, true],
    ]);
  });

  it("shows the cards by their tags", () => {
    expect(state).toMatchObject({ yellowCards: { home: 0, away: 1 }, redCards: { home: 1, away: 1 } });
  });

  it("takes line-ups and substitutions from the record, with nobody who comes on too", () => {
    expect(state.lineups.home?.starters).toHaveLength(11);
    expect(eventsOf(match).filter(({ type }) => type === "substitution")).toMatchObject([
      { period: "second_half", minute: 60, payload: { playerIn: "111", playerOut: "105" } },
      { period: "second_half", minute: 79, payload: { playerOut: "106" } },
    ]);
    expect(match?.coverage).toMatchObject({ substitutions: true, lineups: true });
  });

  it("names what it could not use", () => {
    expect(feed.unmapped).toEqual({ "8 pass": 2, "9 save attempt": 2 });
    expect(feed.faults.map(({ where }) => where)).toEqual(["events-v2.json, events.12", "events-v2.json, event 14"]);
  });

  it("needs to be told what the events do not say", () => {
    expect(() => v2(["events-v2.json"])).toThrow("which side is at home?");
    expect(() => v2(["match.json"])).toThrow("no Wyscout events among them");
  });
});

describe("Wyscout v3", () => {
  const [match] = parseSamples(wyscoutV3, import.meta.url, ["events-v3.json"]).matches;
  const state = stateOf(match);

  it("names the match and its teams", () => {
    expect(match).toMatchObject({ matchId: "wyscout__5001", fixture: { home: "Northgate", away: "Southbay" } });
    expect(state.lineups.home?.starters).toContainEqual({ id: "100", name: "G. Keeper", position: "GK" });
  });

  it("has the score, the corner, the sending-off by two yellow cards, and the shoot-out", () => {
    expect(state).toMatchObject({
      halfTimeScore: { home: 0, away: 1 },
      score: { home: 2, away: 1 },
      counts: { corners: { home: 1, away: 0 } },
      yellowCards: { away: 1 },
      redCards: { away: 1 },
      shootOut: { scored: { home: 1, away: 0 }, taken: { home: 1, away: 1 } },
    });
  });

  it("places substitutions to the second, one of them without a player who goes", () => {
    expect(eventsOf(match).filter(({ type }) => type === "substitution")).toMatchObject([
      { minute: 60, second: 30, payload: { playerIn: "111", playerOut: "105" } },
      { minute: 60, second: 30, payload: { playerIn: "112" } },
    ]);
  });
});
