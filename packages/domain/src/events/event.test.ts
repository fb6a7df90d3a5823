import { describe, expect, it } from "vitest";
import { MatchEvent } from "./event.ts";
import { PAYLOADS, SIDED_TYPES } from "./event-payloads.ts";

const envelope = { id: "e1", source: "feed", matchId: "m1", occurredAt: "2026-05-01T19:00:00Z" };

/** The fewest fields with which each type is valid. */
const LEAST: Record<keyof typeof PAYLOADS, object> = {
  fixture: { payload: { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C" } },
  lineup_confirmed: { team: "home", payload: { starters: [] } },
  kick_off: {},
  period_start: { period: "second_half" },
  period_end: { period: "first_half" },
  stoppage_time_announced: { payload: { minutes: 4 } },
  full_time: {},
  goal: { team: "home" },
  penalty_awarded: { team: "home" },
  penalty_taken: { team: "home", payload: { scored: true } },
  penalty_missed: { team: "home" },
  shootout_kick: { team: "away", payload: { scored: false } },
  var_review_started: {},
  var_review_ended: {},
  corner: { team: "home" },
  yellow_card: { team: "home" },
  second_yellow_card: { team: "home" },
  red_card: { team: "home" },
  substitution: { team: "home" },
  player_off: { team: "home" },
  player_on: { team: "home" },
  player_injury: { team: "home" },
  key_player_suspended: { team: "home" },
  goalkeeper_change: { team: "home", payload: { goalkeeper: 12 } },
  formation_change: { team: "home", payload: { formation: "4-4-2" } },
  referee_assigned: { payload: { referee: "M Dean" } },
  venue_changed: { payload: { venue: "Wembley" } },
  weather: { payload: { condition: "rain" } },
  odds_update: { payload: { market: "match_result", prices: { home: 2, draw: 3.4, away: 3.8 } } },
  odds_steam: { payload: { market: "match_result" } },
  line_movement: { payload: { market: "over_under_2_5", prices: { over: 1.9, under: 1.95 } } },
  sharp_money: { payload: { market: "match_result", outcome: "home" } },
  bet_stop: {},
  bet_start: {},
  postponed: {},
  abandoned: {},
  resumed: {},
  awarded: {},
  void: {},
  feed_gap: {},
  feed_recovered: {},
  coverage_changed: { payload: { coverage: ["goals"] } },
  sources_policy: { payload: { policy: { order: { default: [{ source: "official" }] } } } },
  source_silent: {},
  source_back: {},
  confirmation_lapsed: { payload: { source: "fast", id: "g1" } },
  heartbeat: {},
  model_refitted: { payload: { parameters: "fit-7" } },
};

/** `field: rule` for everything that is wrong. */
function faultsOf(event: object): string[] {
  const { error } = MatchEvent.safeParse(event);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}

const goal = { ...envelope, type: "goal", team: "home" };

describe("an event", () => {
  it.each(Object.entries(LEAST))("of type %s is valid with these fields", (type, least) => {
    expect(faultsOf({ ...envelope, type, ...least })).toEqual([]);
  });

  it("has defaults: first revision, not retracted, no payload", () => {
    expect(MatchEvent.parse({ ...envelope, type: "corner", team: "away" })).toEqual({
      ...envelope,
      type: "corner",
      team: "away",
      revision: 1,
      retracted: false,
      payload: {},
    });
  });

  it("of an unknown type is accepted with any payload, so that feeds may add types first", () => {
    const event = { ...envelope, type: "cooling_break", payload: { litres: [1, { warm: null }] } };
    expect(MatchEvent.parse(event)).toMatchObject(event);
  });

  it.each(["constructor", "to_string", "hasownproperty"])("may have the type %s, which has no effect", (type) => {
    expect(faultsOf({ ...envelope, type })).toEqual([]);
  });

  it("keeps payload fields that its type does not define", () => {
    expect(MatchEvent.parse({ ...goal, payload: { xg: 0.31 } }).payload).toEqual({
      xg: 0.31,
      kind: "open_play",
      confirmation: "confirmed",
    });
  });

  it("accepts numbers as player ids and stores them as text", () => {
    const substitution = { ...goal, type: "substitution", player: 9, payload: { playerIn: 12, playerOut: 9 } };
    expect(MatchEvent.parse(substitution)).toMatchObject({ player: "9", payload: { playerIn: "12", playerOut: "9" } });
  });

  it("may have null in any optional field", () => {
    const unknown = { sequence: null, period: null, minute: null, second: null, player: null, revision: null };
    const reported = MatchEvent.parse({ ...goal, ...unknown, retracted: null, claimedAt: null, payload: null });
    expect(reported).toEqual(MatchEvent.parse(goal));
    expect(Object.keys(reported)).toEqual(Object.keys(MatchEvent.parse(goal)));
  });

  it.each([
    ["substitution", { playerIn: null, playerOut: 9 }, { playerOut: "9" }],
    ["goal", { kind: null, confirmation: null }, { kind: "open_play", confirmation: "confirmed" }],
    ["bet_stop", { groups: null, reason: null }, {}],
    ["stoppage_time_announced", { minutes: null }, {}],
    ["odds_update", { market: "m", prices: { home: 2, draw: null } }, { market: "m", prices: { home: 2 } }],
    [
      "lineup_confirmed",
      { starters: [{ id: 1, name: null, position: null }], bench: null },
      { starters: [{ id: "1" }], bench: [] },
    ],
    [
      "fixture",
      { home: "A", away: "B", kickoff: "2026-05-01T19:00:00.000Z", competition: "C", season: null, clockRate: null },
      { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C", knockout: false, clockRate: 1 },
    ],
  ])("of type %s may have nulls in its payload: the same as leaving the field out", (type, payload, read) => {
    expect(MatchEvent.parse({ ...goal, type, payload }).payload).toEqual(read);
  });

  it("is accepted with an unknown period or position", () => {
    expect(MatchEvent.parse({ ...goal, period: "1H" })).not.toHaveProperty("period");
    const sheet = { starters: [{ id: "p1", position: "ST" }] };
    expect(MatchEvent.parse({ ...goal, type: "lineup_confirmed", payload: sheet }).payload).toEqual({
      starters: [{ id: "p1" }],
      bench: [],
    });
  });

  it("has its times written in one notation, whichever the feed uses", () => {
    const payload = { home: "A", away: "B", kickoff: "2026-05-01T23:30:00-02:00", competition: "C" };
    const reported = MatchEvent.parse({
      ...envelope,
      type: "fixture",
      occurredAt: "2026-05-01T21:00:00+02:00",
      payload,
    });
    expect([reported.occurredAt, reported.payload]).toMatchObject([
      "2026-05-01T19:00:00Z",
      { kickoff: "2026-05-02T01:30:00Z" },
    ]);
  });

  it("treats a goal of an unknown kind as one from open play", () => {
    expect(MatchEvent.parse({ ...goal, payload: { kind: "scorpion_kick" } }).payload).toMatchObject({
      kind: "open_play",
    });
  });

  it("is unchanged by being written and parsed again", () => {
    const once = MatchEvent.parse({ ...goal, player: 9, second: 3, minute: 1, payload: { kind: "header" } });
    expect(MatchEvent.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });
});

const ID = "must start with a letter or digit and hold at most 64 letters, digits, '_' or '-'";

describe("an invalid event", () => {
  it.each([
    ["without id", { id: undefined }, "id: Invalid input: expected string, received undefined"],
    ["with ':' in its id, which would split a key", { id: "a:b" }, `id: ${ID}`],
    ["with a hash tag in its match id", { matchId: "{m1}" }, `matchId: ${ID}`],
    ["with an empty source", { source: "" }, `source: ${ID}`],
    ["with an id of 65 characters", { id: "x".repeat(65) }, `id: ${ID}`],
    ["with a player nobody could be", { player: "O Neil" }, `player: ${ID}`],
    ["with revision 0", { revision: 0 }, "revision: Too small: expected number to be >=1"],
    ["with a negative sequence", { sequence: -1 }, "sequence: Too small: expected number to be >=0"],
    ["with half a minute", { minute: 1.5 }, "minute: Invalid input: expected int, received number"],
    ["before the first minute", { minute: -1 }, "minute: Too small: expected number to be >=0"],
    ["with a 60th second", { second: 60 }, "second: Too big: expected number to be <=59"],
    [
      "in the year 10000",
      { occurredAt: "9999-12-31T23:59:59-01:00" },
      "occurredAt: must lie in the years 1 to 9999 of UTC",
    ],
    ["in the year 0", { occurredAt: "0000-05-01T19:00:00Z" }, "occurredAt: must lie in the years 1 to 9999 of UTC"],
    ["on 30 February", { occurredAt: "2026-02-30T12:00:00Z" }, "occurredAt: Invalid ISO datetime"],
    ["at a time without a zone", { occurredAt: "2026-05-01T19:00:00" }, "occurredAt: Invalid ISO datetime"],
    ["for both teams", { team: "both" }, 'team: Invalid option: expected one of "home"|"away"'],
    ["in capitals", { type: "Goal" }, "type: must be lower case snake_case, at most 64 characters"],
    ["retracted perhaps", { retracted: "yes" }, "retracted: Invalid input: expected boolean, received string"],
    ["with a field nobody knows", { half: 2 }, ': Unrecognized key: "half"'],
    ["with a list for payload", { payload: [] }, "payload: Invalid input: expected record, received array"],
  ])("%s names the field and the rule", (_what, change, fault) => {
    expect(faultsOf({ ...goal, ...change })).toEqual([fault]);
  });

  it.each([
    [
      "fixture",
      { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C", clockRate: 1e-300 },
      "payload.clockRate: Too small: expected number to be >=0.01",
    ],
    ["fixture", { home: "A" }, "payload.kickoff: Invalid input: expected string, received undefined"],
    [
      "weather",
      { condition: "fog" },
      'payload.condition: Invalid option: expected one of "clear"|"rain"|"snow"|"wind"',
    ],
    ["odds_update", { market: "m", prices: { home: 1 } }, "payload.prices.home: Too small: expected number to be >1"],
    ["stoppage_time_announced", { minutes: -1 }, "payload.minutes: Too small: expected number to be >=0"],
    ["goalkeeper_change", { goalkeeper: "?" }, `payload.goalkeeper: ${ID}`],
    ["lineup_confirmed", { starters: [{ id: "h 1" }] }, `payload.starters.0.id: ${ID}`],
    [
      "goal",
      { confirmation: "maybe" },
      'payload.confirmation: Invalid option: expected one of "possible"|"tbd"|"confirmed"|"cancelled"',
    ],
  ])("of type %s names what its payload lacks", (type, payload, fault) => {
    expect(faultsOf({ ...goal, type, payload })).toContain(fault);
  });

  it.each([...SIDED_TYPES])("of type %s must name its team", (type) => {
    const { team: _nobody, ...least } = { team: undefined, ...LEAST[type as keyof typeof LEAST] };
    expect(faultsOf({ ...envelope, type, ...least })).toEqual([`team: ${type} needs team "home" or "away"`]);
  });

  it.each(["period_start", "period_end"])("of type %s must name its period", (type) => {
    expect(faultsOf({ ...envelope, type })).toEqual([`period: ${type} needs period`]);
  });

  it("lists all broken rules at once", () => {
    expect(faultsOf({ ...envelope, type: "penalty_taken" })).toHaveLength(2);
  });

  it("with extreme nesting is refused, and throws nothing else", () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as never;
    expect(faultsOf({ ...goal, payload: { deep } })).toEqual(["payload: must be JSON, nested at most 32 deep"]);
  });

  it("cannot change any prototype", () => {
    const payload = JSON.parse('{"__proto__":{"polluted":true},"kind":"header"}') as object;
    expect(MatchEvent.parse({ ...goal, payload }).payload).not.toHaveProperty("polluted");
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("a retraction", () => {
  const retraction = { ...envelope, revision: 2, retracted: true };

  it("needs only its identity", () => {
    expect(faultsOf({ ...retraction, type: "goal" })).toEqual([]);
    expect(faultsOf({ ...retraction, type: "penalty_taken", payload: { scored: "perhaps" } })).toEqual([]);
  });

  it("may be an event type of its own", () => {
    expect(MatchEvent.parse({ ...envelope, type: "retraction" })).toMatchObject({ retracted: true });
  });

  it("still needs a valid identity", () => {
    expect(faultsOf({ ...retraction, type: "retraction", id: undefined })).toHaveLength(1);
  });
});
