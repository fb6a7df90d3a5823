import { describe, expect, it } from "vitest";
import { MatchEvent, appendEvent, type EventLog, foldEvents, type MatchState } from "@touchline/domain";
import { LiveDataEvent } from "./live-data-event.ts";
import { NEW_LIVE_DATA, readLiveData } from "./live-data.ts";

const MATCH = { matchId: "m1", source: "live-data" };
const START = Date.parse("2018-01-01T15:00:00Z");

/** Attributes of an `event` element, as text, as XML has them. */
function element(id: number, type: number, mtime: string, more: Record<string, string> = {}): LiveDataEvent {
  const [minute = "0", second = "0"] = mtime.split(":");
  const stime = String(START + (Number(minute) * 60 + Number(second)) * 1000);
  return LiveDataEvent.parse({ id: String(id), type: String(type), stime, mtime, side: "none", info: "", ...more });
}
const status = (id: number, code: number, mtime = "00:00"): LiveDataEvent =>
  element(id, 1013, mtime, { extrainfo: String(code) });

function play(events: readonly LiveDataEvent[]): { told: MatchEvent[]; state: MatchState } {
  let memory = NEW_LIVE_DATA;
  const told: MatchEvent[] = [];
  for (const event of events) {
    const read = readLiveData(memory, event, MATCH);
    memory = read.state;
    told.push(...read.events.map((each) => MatchEvent.parse(each)));
  }
  const log = told.reduce<EventLog>((known, event) => appendEvent(known, event), new Map());
  return { told, state: foldEvents(log) };
}

const kickOff = status(1, 6);

describe("Live Data match status", () => {
  it("starts and ends the periods", () => {
    expect(play([kickOff]).state.clock?.period).toBe("first_half");
    expect(play([kickOff, status(2, 31, "47:10")]).state).toMatchObject({ periodsPlayed: 1, clock: null });
    expect(play([kickOff, status(2, 31), status(3, 7, "45:00")]).state.clock?.period).toBe("second_half");
    const extra = [32, 41, 33, 42, 34, 50].map((code, i) => status(10 + i, code));
    expect(play([kickOff, status(2, 31), status(3, 7), ...extra]).state.clock?.period).toBe("shoot_out");
  });

  it.each([100, 110, 120])("%i is the end", (code) => {
    expect(play([kickOff, status(2, code, "93:00")]).state.over).toBe(true);
  });

  it.each([
    [60, "postponed"],
    [70, "abandoned"],
    [90, "abandoned"],
  ])("%i halts the match: %s", (code, halted) => {
    expect(play([status(2, code)]).state.halted).toBe(halted);
  });

  it("passes a status on that it does not know", () => {
    expect(play([status(2, 999)]).told[0]).toMatchObject({ type: "live_data_1013", payload: { extrainfo: 999 } });
  });
});

describe("a goal in Live Data", () => {
  const possible = element(20, 1018, "10:00", { side: "home" });
  const given = element(21, 30, "10:04", { side: "home", extrainfo: "1", player1: "77" });

  it("is possible, then given and provisional, then confirmed when play resumes", () => {
    expect(play([kickOff, possible]).state).toMatchObject({ goalPending: "home", score: { home: 0 } });
    const scored = play([kickOff, possible, given]).state;
    expect(scored).toMatchObject({ goalPending: null, score: { home: 1 } });
    expect(scored.goals[0]).toMatchObject({ player: "77", provisional: true, minute: 10 });
    const resumed = play([kickOff, possible, given, element(22, 1064, "11:00")]).state;
    expect(resumed.goals[0]?.provisional).toBe(false);
  });

  it("that was only possible leaves nothing behind", () => {
    expect(play([kickOff, possible, element(22, 1019, "10:30", { side: "home" })]).state.goalPending).toBeNull();
  });

  it("that is deleted counts no more, whatever is said of it later", () => {
    const alert = element(23, 1044, "12:00", { extrainfo: "21" });
    expect(play([kickOff, given, alert]).state.score.home).toBe(0);
    expect(play([kickOff, given, alert, element(24, 1064, "12:10"), given]).state.score.home).toBe(0);
  });

  it.each([
    ["1", "penalty"],
    ["2", "own_goal"],
    ["3", "header"],
    ["-100", "open_play"],
    ["-200", "free_kick"],
  ])("with extrainfo %s is of kind %s", (extrainfo, kind) => {
    const [, scored] = play([kickOff, element(21, 30, "10:00", { side: "away", extrainfo })]).told;
    expect(scored).toMatchObject({ type: "goal", team: "away", payload: { kind } });
  });

  it("in the shoot-out is a kick", () => {
    const shootOut = status(2, 50);
    const kicks = [element(30, 30, "120:00", { side: "home" }), element(31, 666, "120:00", { side: "away" })];
    expect(play([shootOut, ...kicks]).state.shootOut).toEqual({
      scored: { home: 1, away: 0 },
      taken: { home: 1, away: 1 },
    });
  });
});

describe("other Live Data events", () => {
  it.each([
    [40, "yellow_card"],
    [45, "second_yellow_card"],
    [50, "red_card"],
  ])("%i is a %s", (type, name) => {
    const [, card] = play([kickOff, element(21, type, "20:00", { side: "away", player1: "5" })]).told;
    expect(card).toMatchObject({ type: name, team: "away", player: "5", minute: 20 });
  });

  it("count no card for the bench, the manager or after the end", () => {
    const bench = element(21, 40, "20:00", { side: "away", extrainfo: "2" });
    const late = element(22, 50, "93:00", { side: "away", extrainfosoccer: "3" });
    expect(play([kickOff, bench, late]).state.counts.cards.away).toBe(0);
  });

  it("change players: the first leaves, the second enters", () => {
    const [, change] = play([kickOff, element(21, 60, "60:00", { side: "home", player1: "1", player2: "2" })]).told;
    expect(change).toMatchObject({ type: "substitution", payload: { playerOut: "1", playerIn: "2" } });
  });

  it("announce stoppage, give corners and penalties, review and stop the betting", () => {
    const { told, state } = play([
      kickOff,
      element(21, 154, "20:00", { side: "home" }),
      element(22, 161, "30:00", { side: "away" }),
      element(23, 2064, "30:10"),
      element(24, 1011, "30:11", { extrainfo: "37" }),
      element(25, 90, "44:50", { extrainfo: "4" }),
    ]);
    expect(told.map(({ type }) => type)).toEqual([
      "period_start",
      "corner",
      "penalty_awarded",
      "var_review_started",
      "bet_stop",
      "stoppage_time_announced",
    ]);
    expect(state).toMatchObject({
      counts: { corners: { home: 1 } },
      penaltyPending: "away",
      reviewPending: true,
      stopped: ["all"],
      stoppage: { first_half: 4 },
    });
    expect(told[4]?.payload).toEqual({ reason: "video_review" });
  });

  it("keep an injured player out until he is back", () => {
    const hurt = element(21, 158, "20:00", { side: "home", player1: "9", extrainfo: "1" });
    const back = element(22, 158, "22:00", { side: "home", player1: "9", extrainfo: "0" });
    expect(play([kickOff, hurt]).state.unavailable.home).toEqual(["9"]);
    expect(play([kickOff, hurt, back]).state.unavailable.home).toEqual([]);
  });

  it("pass through under their number when they mean nothing here", () => {
    expect(play([element(21, 110, "03:00", { side: "home" })]).told[0]?.type).toBe("live_data_110");
  });
});
