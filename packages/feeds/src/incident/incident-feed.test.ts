import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MatchEvent, appendEvent, type EventLog, foldEvents, type MatchState } from "@touchline/domain";
import { type IncidentFeedState, NEW_INCIDENT_FEED, readIncident, readSilence } from "./incident-feed.ts";
import { IncidentFeedError, IncidentMessage, parseIncidentFeed } from "./incident-message.ts";

const OPTIONS = { source: "feed", kickoff: Date.parse("2018-01-01T15:00:00Z"), speed: 1 };

let sent = 0;
function message(fields: object): IncidentMessage {
  sent += 1_000;
  return IncidentMessage.parse({ match_id: "m1", kind: "event", recv_ms: sent, sent_ms: sent, ...fields });
}
function goal(version: number, fields: object = {}, player: number | null = 9): IncidentMessage {
  const event = {
    type: "goal",
    period: "1H",
    minute: 10,
    second: 5,
    team: "home",
    player,
    payload: { kind: "open_play" },
  };
  return message({ action: "insert", event_id: "m1:7", version, confirmation: "tbd", event, ...fields });
}
function corner(version: number, fields: object = {}, team = "home"): IncidentMessage {
  const event = { type: "corner", period: "1H", minute: 12, second: 0, team, payload: {} };
  return message({ action: "insert", event_id: "m1:8", version, confirmation: "confirmed", event, ...fields });
}

function read(messages: readonly IncidentMessage[]): {
  events: MatchEvent[];
  state: MatchState;
  feed: IncidentFeedState;
} {
  let feed = NEW_INCIDENT_FEED;
  const events: MatchEvent[] = [];
  for (const each of messages) {
    const next = readIncident(feed, each, OPTIONS);
    feed = next.state;
    events.push(...next.events.map((event) => MatchEvent.parse(event)));
  }
  const log = events.reduce<EventLog>((known, event) => appendEvent(known, event), new Map());
  return { events, state: foldEvents(log), feed };
}

describe("incidents as match events", () => {
  it("become events of one identity, whose version is the revision", () => {
    const { events } = read([goal(1, {}, null), goal(2), goal(3, { confirmation: "confirmed" })]);
    expect(events.map(({ id, revision, player, payload }) => [id, revision, player, payload])).toEqual([
      ["m1-7", 1, undefined, { kind: "open_play", confirmation: "tbd" }],
      ["m1-7", 2, "9", { kind: "open_play", confirmation: "tbd" }],
      ["m1-7", 3, "9", { kind: "open_play", confirmation: "confirmed" }],
    ]);
  });

  it("count at once, provisionally, and no more once cancelled", () => {
    expect(read([goal(1)]).state.goals).toMatchObject([{ side: "home", provisional: true }]);
    expect(read([goal(1), goal(2, { confirmation: "confirmed" })]).state.goals[0]?.provisional).toBe(false);
    expect(read([goal(1), goal(2, { action: "update", confirmation: "cancelled" })]).state.score.home).toBe(0);
  });

  it("are taken back when deleted, or cancelled and no goal", () => {
    const deletion = message({ action: "delete", event_id: "m1:8", version: 2 });
    expect(read([corner(1), deletion]).state.counts.corners.home).toBe(0);
    expect(read([deletion, corner(1)]).state.counts.corners.home).toBe(0);
    expect(read([corner(1), corner(2, { confirmation: "cancelled" })]).state.counts.corners.home).toBe(0);
  });

  it("move to the other side when corrected", () => {
    expect(read([corner(1), corner(2, { action: "update" }, "away")]).state.counts.corners).toEqual({
      home: 0,
      away: 1,
    });
    expect(read([corner(2, { action: "update" }, "away"), corner(1)]).state.counts.corners).toEqual({
      home: 0,
      away: 1,
    });
  });

  it("say nothing twice", () => {
    expect(read([corner(1), corner(1), corner(1)]).events).toHaveLength(1);
  });

  it("take back all of what an earlier version was told as", () => {
    const penalty = (version: number, type: string): IncidentMessage =>
      message({
        action: "insert",
        event_id: "m1:9",
        version,
        confirmation: "confirmed",
        event: { type, period: "1H", minute: 20, second: 0, team: "home", payload: { scored: false, kind: "penalty" } },
      });
    const { events, state } = read([penalty(1, "penalty_kick"), penalty(2, "shot")]);
    expect(events.map(({ id, type, retracted }) => [id, type, retracted])).toEqual([
      ["m1-9", "penalty_awarded", false],
      ["m1-9_1", "penalty_taken", false],
      ["m1-9", "shot", false],
      ["m1-9_1", "retraction", true],
    ]);
    expect(state.penaltiesAwarded).toBe(0);
  });

  it("give one state in any order of arrival, however often they arrive", () => {
    const messages = [
      goal(1, {}, null),
      goal(2),
      corner(1),
      corner(2, { action: "update" }, "away"),
      message({ action: "delete", event_id: "m1:8", version: 3 }),
      goal(3, { confirmation: "confirmed" }),
    ];
    const truth = read(messages).state;
    fc.assert(
      fc.property(fc.shuffledSubarray([...messages, ...messages], { minLength: 12 }), (arrival) => {
        expect(read(arrival).state).toEqual(truth);
      }),
    );
  });

  it("are refused without what their action needs", () => {
    expect(() => read([message({ action: "insert", event_id: "m1:1" })])).toThrow(IncidentFeedError);
    expect(() => read([message({ action: "insert", event_id: "m1:1", version: 1 })])).toThrow("says nothing");
  });
});

describe("what surrounds the incidents", () => {
  it("stops and starts the betting", () => {
    const stop = message({ kind: "bet_stop", feed_seq: 1, reason: "possible_goal", team: "home" });
    const start = message({ kind: "bet_start", feed_seq: 2 });
    expect(read([stop]).state.stopped).toEqual(["all"]);
    expect(read([stop, start]).state.stopped).toEqual([]);
    expect(read([stop]).events[0]?.payload).toEqual({ reason: "possible_goal" });
  });

  it("suspends the match from before an incident that overtakes another until after the missing one", () => {
    const first = message({ kind: "alive", feed_seq: 1 });
    const { events } = read([first, corner(1, { feed_seq: 3 }), goal(1, { feed_seq: 2 })]);
    expect(events.map(({ type }) => type)).toEqual(["feed_gap", "corner", "goal", "feed_recovered"]);
  });

  it("suspends the match in a silence until the snapshot is complete", () => {
    const heard = read([message({ kind: "alive", feed_seq: 1, recv_ms: 10_000 })]);
    const silence = readSilence(heard.feed, "m1", 31_000, OPTIONS);
    expect(silence.events.map(({ type, matchId }) => [type, matchId])).toEqual([["feed_gap", "m1"]]);
    const over = message({ kind: "snapshot_complete", recv_ms: 60_000, sent_ms: 50_000, feed_seq: null });
    expect(readIncident(silence.state, over, OPTIONS).events.map(({ type }) => type)).toEqual(["feed_recovered"]);
  });

  it("ignores a kind of message that it does not know", () => {
    expect(read([message({ kind: "odds_ladder", feed_seq: 1 })]).events).toEqual([]);
  });
});

describe("a recorded feed", () => {
  const line = JSON.stringify({ match_id: "m1", kind: "alive", recv_ms: 1, sent_ms: 1, feed_seq: 1 });

  it("is read by match, in order of arrival", () => {
    const text = [line, line.replace("m1", "m2"), "", line.replace('"feed_seq":1', '"feed_seq":2')].join("\n");
    const feeds = parseIncidentFeed(text);
    expect([...feeds.keys()]).toEqual(["m1", "m2"]);
    expect(feeds.get("m1")?.map(({ feed_seq: number }) => number)).toEqual([1, 2]);
  });

  it.each([
    ["{", "line 1 is not JSON"],
    ['{"match_id":"m1"}', "line 1 is no feed message: kind"],
  ])("names the line that is none: %s", (text, error) => {
    expect(() => parseIncidentFeed(text)).toThrow(error);
  });
});
