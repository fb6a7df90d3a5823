import { describe, expect, it } from "vitest";
import { MatchEvent, appendEvent, type EventLog, foldEvents } from "@touchline/domain";
import { bundledMatch, bundledMatches } from "../testing/bundled.ts";
import { timelineToEvents, type TimelineOptions } from "./timeline.ts";
import { TimelineError, TimelineLine } from "./timeline-file.ts";

const KICKOFF = Date.parse("2026-05-01T19:00:00Z");
const LIVE: TimelineOptions = { kickoff: KICKOFF, speed: 1 };

const info = {
  match_id: "m1",
  seq: 0,
  type: "match_info",
  payload: {
    competition: "ENG-Premier League",
    season: "2017/18",
    venue: "Emirates Stadium",
    referee: "M Dean",
    home: { id: 1, name: "Arsenal" },
    away: { id: 2, name: "Leicester City" },
    results_key: { home: "Arsenal", away: "Leicester" },
  },
};

function mapped(...lines: Record<string, unknown>[]) {
  const parsed = [info, ...lines].map((line) => TimelineLine.parse({ match_id: "m1", ...line }));
  return timelineToEvents(parsed, LIVE);
}

function mappedOne(line: Record<string, unknown>) {
  return mapped({ seq: 12, period: "2H", minute: 66, second: 5, team: "away", ...line }).slice(3);
}

describe("the announcements", () => {
  it("become the fixture, its referee and its venue", () => {
    expect(mapped().map(({ id, sequence, type }) => [id, sequence, type])).toEqual([
      ["e0", 0, "fixture"],
      ["e0-1", 1, "referee_assigned"],
      ["e0-2", 2, "venue_changed"],
    ]);
  });

  it("name the teams as results and fitted parameters do", () => {
    expect(mapped()[0]?.payload).toEqual({
      home: "Arsenal",
      away: "Leicester",
      kickoff: "2026-05-01T19:00:00.000Z",
      competition: "ENG-Premier League",
      season: "2017/18",
      clockRate: 1,
    });
  });

  it("name no referee when the line names none", () => {
    const { referee: _referee, results_key: _key, ...payload } = info.payload;
    const [fixture, ...rest] = timelineToEvents([TimelineLine.parse({ ...info, payload })], LIVE);
    expect(fixture?.payload).toMatchObject({ away: "Leicester City" });
    expect(rest.map(({ type }) => type)).toEqual(["venue_changed"]);
  });

  it("cannot be missing: without teams there is no match", () => {
    const line = TimelineLine.parse({ match_id: "m1", seq: 3, type: "corner", team: "home" });
    expect(() => timelineToEvents([line], LIVE)).toThrow(TimelineError);
  });
});

describe("a line of play", () => {
  it("keeps its clock, side, player and payload", () => {
    const [corner] = mappedOne({ type: "corner", player: 8013, payload: { src_id: 7 } });
    expect(corner).toEqual({
      id: "e12",
      source: "wyscout",
      matchId: "m1",
      sequence: 120,
      type: "corner",
      occurredAt: "2026-05-01T19:36:05.000Z",
      period: "second_half",
      minute: 66,
      second: 5,
      team: "away",
      player: 8013,
      payload: { src_id: 7 },
    });
  });

  it("has no second where only the minute is known", () => {
    expect(mappedOne({ type: "corner", second: null })[0]).not.toHaveProperty("second");
  });

  it.each([
    ["yellow", "yellow_card"],
    ["second_yellow", "second_yellow_card"],
    ["red", "red_card"],
  ])("a %s card is a %s", (colour, type) => {
    expect(mappedOne({ type: "card", payload: { colour } })[0]?.type).toBe(type);
  });

  it("a substitution says who comes and who goes", () => {
    const payload = { player_in: 1, player_out: 2, display_minute: 67 };
    expect(mappedOne({ type: "substitution", payload })[0]?.payload).toEqual({
      playerIn: 1,
      playerOut: 2,
      display_minute: 67,
    });
  });

  it("a penalty kick is a penalty awarded, and then taken", () => {
    const events = mappedOne({ type: "penalty_kick", payload: { scored: false } });
    expect(events.map(({ id, sequence, type, payload }) => [id, sequence, type, payload])).toEqual([
      ["e12", 120, "penalty_awarded", {}],
      ["e12-1", 121, "penalty_taken", { scored: false }],
    ]);
  });

  it("a line-up carries positions, where they are known", () => {
    const starters = [
      { id: 1, name: "P. Čech", pos: "GK" },
      { id: 2, pos: null },
    ];
    const [lineup] = mapped({ seq: 1, type: "lineup", team: "home", payload: { starters } }).slice(3);
    expect(lineup).toMatchObject({
      type: "lineup_confirmed",
      payload: { starters: [{ id: 1, name: "P. Čech", position: "GK" }, { id: 2 }], bench: [] },
    });
  });

  it("the end of a period carries its stoppage", () => {
    const line = { type: "period_end", payload: { period: "2H", stoppage_s: 306 } };
    expect(mappedOne(line)[0]).toMatchObject({
      type: "period_end",
      period: "second_half",
      payload: { stoppageSeconds: 306 },
    });
  });

  it("of an unknown type passes through", () => {
    const payload = { kind: "open_play", on_target: true };
    expect(mappedOne({ type: "shot", payload })[0]).toMatchObject({ type: "shot", payload });
  });

  it("with a payload that is not its type's is refused by name", () => {
    expect(() => mappedOne({ type: "card", payload: { colour: "blue" } })).toThrow(/match m1, seq 12 \(card\): colour/);
  });
});

describe.each(bundledMatches())("the match in %s", (_file, lines) => {
  const events = timelineToEvents(lines, { ...LIVE, speed: 60, idPrefix: "run-", matchId: "run" });

  it("is made of valid events", () => {
    for (const event of events) expect(MatchEvent.safeParse(event).error?.issues).toBeUndefined();
  });

  it("has ids and sequences of its own for every event, in match order", () => {
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const sequences = events.map(({ sequence }) => sequence ?? -1);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    expect(events.every(({ id, matchId }) => id.startsWith("run-e") && matchId === "run")).toBe(true);
  });

  it("folds to the score, corners and cards of its match sheet", () => {
    let log: EventLog = new Map();
    for (const event of events) log = appendEvent(log, MatchEvent.parse(event));
    const state = foldEvents(log);
    const sheet = lines.at(-1)?.payload ?? {};
    const pair = ({ home, away }: { home: number; away: number }) => [home, away];
    expect(state.over).toBe(true);
    expect(pair(state.score)).toEqual(sheet["score_90"]);
    expect(state.halfTimeScore && pair(state.halfTimeScore)).toEqual(sheet["score_ht"]);
    expect(pair(state.counts.corners)).toEqual(sheet["corners"]);
    expect(pair(state.yellowCards)).toEqual(sheet["yellow"]);
    expect(pair(state.redCards)).toEqual(sheet["red"]);
    expect(state.penaltyPending).toBeNull();
    expect(state.lineups.home?.starters).toHaveLength(11);
  });
});

describe("the wall clock of a replay", () => {
  it("puts the announcements first, then the line-ups, then the kick-off", () => {
    const events = timelineToEvents(bundledMatch(), { ...LIVE, speed: 60, leadMs: 3_000 });
    const at = (type: string) => {
      const event = events.find((candidate) => candidate.type === type);
      return Date.parse(event?.occurredAt ?? "") - KICKOFF;
    };
    expect([at("fixture"), at("lineup_confirmed"), at("period_start")]).toEqual([-3_000, -1_500, 0]);
  });

  it("runs as fast as the fixture says", () => {
    const events = timelineToEvents(bundledMatch(), { ...LIVE, speed: 60 });
    const goal = events.find(({ type }) => type === "goal");
    expect(Date.parse(goal?.occurredAt ?? "") - KICKOFF).toBe(Math.floor((94 * 1000) / 60));
    expect(events[0]?.payload).toMatchObject({ clockRate: 60 });
  });
});
