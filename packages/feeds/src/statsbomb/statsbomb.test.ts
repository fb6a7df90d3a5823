import { describe, expect, it } from "vitest";
import { MatchEvent, appendEvent, type EventLog, foldEvents, type MatchState } from "@touchline/domain";
import { readStatsBomb, statsBombEnd, StatsBombEvent } from "./statsbomb.ts";

const HOME = { id: 217, name: "Barcelona" };
const AWAY = { id: 206, name: "Deportivo Alavés" };
const START = Date.parse("2018-08-18T20:15:00Z");
const MATCH = { matchId: "sb-15946", source: "statsbomb", homeTeam: HOME.id, periodStarts: [START, START + 3_720_000] };

let index = 0;
function event(type: [id: number, name: string], fields: object = {}): StatsBombEvent {
  index++;
  return StatsBombEvent.parse({
    id: `9b3d${index}`,
    index,
    period: 1,
    timestamp: "00:10:05.300",
    minute: 10,
    second: 5,
    type: { id: type[0], name: type[1] },
    possession: 20,
    team: HOME,
    player: { id: 5503, name: "Lionel Messi" },
    ...fields,
  });
}
const mapped = (...events: StatsBombEvent[]): MatchEvent[] =>
  events.flatMap((each) => readStatsBomb(each, MATCH)).map((each) => MatchEvent.parse(each));
function state(...events: StatsBombEvent[]): MatchState {
  return foldEvents(mapped(...events).reduce<EventLog>((log, each) => appendEvent(log, each), new Map()));
}

const SHOT: [number, string] = [16, "Shot"];
const goalShot = (type: [number, string], fields: object = {}): StatsBombEvent =>
  event(SHOT, { shot: { outcome: { id: 97, name: "Goal" }, type: { id: type[0], name: type[1] } }, ...fields });

describe("StatsBomb events", () => {
  it("place themselves on our clock and in the order of the file", () => {
    const [corner] = mapped(event([30, "Pass"], { pass: { type: { id: 61, name: "Corner" } } }));
    expect(corner).toMatchObject({
      type: "corner",
      source: "statsbomb",
      matchId: "sb-15946",
      sequence: index * 10,
      period: "first_half",
      minute: 10,
      second: 5,
      team: "home",
      player: "5503",
      occurredAt: "2018-08-18T20:25:05Z",
    });
  });

  it("name the starters, their positions and the formation", () => {
    const lineup = [
      { player: { id: 20055, name: "Ter Stegen" }, position: { id: 1, name: "Goalkeeper" }, jersey_number: 1 },
      { player: { id: 5213, name: "Piqué" }, position: { id: 3, name: "Right Center Back" }, jersey_number: 3 },
      { player: { id: 5470, name: "Rakitić" }, position: { id: 13, name: "Right Center Midfield" }, jersey_number: 4 },
      { player: { id: 5477, name: "Dembélé" }, position: { id: 17, name: "Right Wing" }, jersey_number: 11 },
    ];
    const after = state(event([35, "Starting XI"], { tactics: { formation: 442, lineup }, player: undefined }));
    expect(after.lineups.home?.starters.map(({ id, position }) => [id, position])).toEqual([
      ["20055", "GK"],
      ["5213", "DF"],
      ["5470", "MD"],
      ["5477", "FW"],
    ]);
    expect(after.goalkeepers.home).toBe("20055");
    expect(after.formations.home).toBe("4-4-2");
  });

  it("start and end each half once, though both sides report it", () => {
    const half = [HOME, AWAY].map((team) =>
      event([18, "Half Start"], { team, minute: 0, second: 0, player: undefined }),
    );
    expect(mapped(...half).map(({ type, team }) => [type, team])).toEqual([["period_start", undefined]]);
    const end = [HOME, AWAY].map((team) => event([34, "Half End"], { team, minute: 47, player: undefined }));
    expect(state(...half, ...end).periodsPlayed).toBe(1);
    const match = MatchEvent.parse(statsBombEnd(end, MATCH)[0]);
    expect(match).toMatchObject({ type: "full_time", sequence: index * 10 + 9 });
  });

  it("score goals, and miss", () => {
    expect(state(goalShot([87, "Open Play"])).goals).toMatchObject([
      { side: "home", player: "5503", provisional: false },
    ]);
    expect(mapped(event(SHOT, { shot: { outcome: { id: 96, name: "Blocked" } } }))).toEqual([]);
  });

  it("take penalties", () => {
    const foul = event([22, "Foul Committed"], { team: AWAY, foul_committed: { penalty: true } });
    expect(state(foul).penaltyPending).toBe("home");
    const scored = mapped(foul, goalShot([88, "Penalty"]));
    expect(scored.map(({ type, team }) => [type, team])).toEqual([
      ["penalty_awarded", "home"],
      ["penalty_taken", "home"],
      ["goal", "home"],
    ]);
    expect(
      state(foul, event(SHOT, { shot: { outcome: { id: 100, name: "Saved" }, type: { id: 88, name: "Penalty" } } })),
    ).toMatchObject({
      penaltyPending: null,
      score: { home: 0 },
    });
  });

  it("count an own goal once, for the side that gains it", () => {
    const pair = [event([20, "Own Goal Against"], { team: AWAY }), event([25, "Own Goal For"], { team: HOME })];
    expect(state(...pair).goals).toMatchObject([{ side: "home", ownGoal: true, player: null }]);
  });

  it.each([
    [{ foul_committed: { card: { id: 7, name: "Yellow Card" } } }, 22, "yellow_card"],
    [{ foul_committed: { card: { id: 6, name: "Second Yellow" } } }, 22, "second_yellow_card"],
    [{ bad_behaviour: { card: { id: 5, name: "Red Card" } } }, 24, "red_card"],
  ])("show cards: %j", (fields, id, type) => {
    expect(mapped(event([id, "Foul or behaviour"], fields)).map((each) => each.type)).toEqual([type]);
  });

  it("change players and formations", () => {
    const change = event([19, "Substitution"], {
      substitution: { outcome: { id: 103, name: "Tactical" }, replacement: { id: 5477, name: "Dembélé" } },
    });
    expect(mapped(change)[0]?.payload).toEqual({ playerIn: "5477", playerOut: "5503" });
    const shift = event([36, "Tactical Shift"], { tactics: { formation: 4231, lineup: [] } });
    expect(state(shift).formations.home).toBe("4-2-3-1");
  });

  it("kick in the shoot-out", () => {
    const kick = goalShot([88, "Penalty"], { period: 5, minute: 120, second: 3 });
    expect(state(kick).shootOut.scored.home).toBe(1);
    expect(state(kick).score.home).toBe(0);
  });

  it("take nobody out for an injury stoppage, and leave out the rest", () => {
    expect(mapped(event([40, "Injury Stoppage"]))[0]?.type).toBe("injury_stoppage");
    expect(mapped(event([42, "Ball Receipt*"]), event([43, "Carry"]))).toEqual([]);
  });
});
