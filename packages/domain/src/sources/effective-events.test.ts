import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MatchEvent } from "../events/event.ts";
import { CATALOGUE, findMarket } from "../markets/catalogue.ts";
import { settlementOf } from "../markets/settlement.ts";
import { suspensionOf } from "../markets/suspension.ts";
import { type Fold, foldEvents, foldOn, NOTHING_FOLDED } from "../match/fold-events.ts";
import type { MatchState } from "../match/match-state.ts";
import { planInvalidation } from "../planning/plan-invalidation.ts";
import { playedMatch } from "../testing/any-match.ts";
import {
  AWAY,
  type Details,
  endOf,
  first,
  fixture,
  fullTime,
  halfTime,
  happening,
  HOME,
  kickOff,
  lineups,
  logOf,
  retracted,
  revised,
  second,
  secondHalf,
  stateOf,
} from "../testing/example-events.ts";
import { randomFrom, scattered } from "../testing/random-source.ts";
import { otherSide } from "../events/side.ts";
import { kindOf } from "./happening-kind.ts";

const official = { source: "official" } as const;
const fast = { source: "fast" } as const;

type Ranked = Readonly<Record<string, unknown>>;
const policy = (follower: Ranked = {}, rest: Ranked = {}): Ranked => ({
  order: { default: [{ source: "official" }, { source: "fast", ...follower }] },
  ...rest,
});
const underPolicy = (set: Ranked = policy()): MatchEvent => {
  const plain = fixture();
  return revised(plain, { source: "official", payload: { ...plain.payload, sources: set } });
};
const by = (source: string, events: readonly MatchEvent[]): MatchEvent[] =>
  events.map((event) => ({ ...event, source, id: `${source}-${event.id}` }));
const silent = (minutes: number): MatchEvent =>
  happening("source_silent", minutes, { source: "touchline", payload: { source: "official" } });
const back = (minutes: number, complete = false): MatchEvent =>
  happening("source_back", minutes, { source: "touchline", payload: { source: "official", complete } });
const lapsed = (event: MatchEvent): MatchEvent =>
  happening("confirmation_lapsed", 90, { source: "touchline", payload: { source: event.source, id: event.id } });
const why = (state: MatchState, market: string): string | undefined => suspensionOf(findMarket(market)!, state);
const goalBy = (source: string, minute: number, details: Details = HOME): MatchEvent =>
  first(minute, "goal", { source, ...details });
/** All but what the sources make of each other. */
const counted = ({ sources: _sources, fixture: _fixture, ...state }: MatchState): object => state;

const begun = (set?: Ranked): MatchEvent[] => [underPolicy(set), ...by("official", [...lineups(), kickOff()])];

describe("a match that two sources report, the first of them authoritative", () => {
  it("has one goal when both report it, whoever is first", () => {
    const events = [...begun(), goalBy("fast", 20), goalBy("official", 21)];
    expect(stateOf(...events).score).toEqual({ home: 1, away: 0 });
    expect(stateOf(...events).sources).toMatchObject({ awaited: [], suspending: [] });
  });

  it("has two goals without a word about sources, as one source that reports two", () => {
    const events = [fixture(), kickOff(), goalBy("fast", 20), goalBy("official", 21)];
    expect(stateOf(...events).score).toEqual({ home: 2, away: 0 });
    expect("sources" in stateOf(...events)).toBe(false);
  });

  it("suspends what a goal would move from the first report, and nothing else", () => {
    const reported = goalBy("fast", 20);
    const [before, after] = [stateOf(...begun()), stateOf(...begun(), reported)];
    expect(after.score).toEqual({ home: 0, away: 0 });
    expect([why(after, "match_result"), why(after, "corners_over_under_9_5")]).toEqual([
      "report_unconfirmed",
      undefined,
    ]);
    const { touched, offerChanged, forbids } = planInvalidation(before, after);
    expect([touched, forbids]).toEqual([[], true]);
    expect(offerChanged).toContain("match_result");
    expect(offerChanged.some((market) => market.startsWith("corners"))).toBe(false);
  });

  it("offers it again, at the new score, when the authority confirms", () => {
    const state = stateOf(...begun(), goalBy("fast", 20), goalBy("official", 20));
    expect(why(state, "match_result")).toBeUndefined();
    expect(state.score.home).toBe(1);
  });

  it("offers it again, at the old score, when nobody waits any longer", () => {
    const reported = goalBy("fast", 20);
    const state = stateOf(...begun(), reported, lapsed(reported));
    expect([why(state, "match_result"), state.score.home]).toEqual([undefined, 0]);
    expect(state.sources?.disagreements).toMatchObject([
      { about: "unconfirmed", happening: "goal", reportedBy: ["fast"], against: ["official"], counted: false },
    ]);
  });

  it.each([
    [
      "a sending-off moves goals and cards",
      first(30, "red_card", { ...fast, ...HOME }),
      ["match_result", "cards_over_under_3_5"],
    ],
    ["a booking moves cards alone", first(30, "yellow_card", { ...fast, ...HOME }), ["cards_over_under_3_5"]],
    ["a corner moves corners alone", first(30, "corner", { ...fast, ...HOME }), ["corners_over_under_9_5"]],
    [
      "a whistle moves everything",
      happening("period_end", 48, { ...fast, period: "first_half" }),
      ["match_result", "cards_over_under_3_5", "corners_over_under_9_5"],
    ],
  ])("suspends by what was reported: %s", (_what, event, suspended) => {
    const state = stateOf(...begun(), event);
    const markets = ["match_result", "cards_over_under_3_5", "corners_over_under_9_5"];
    expect(markets.filter((market) => why(state, market) === "report_unconfirmed").toSorted()).toEqual(
      suspended.toSorted(),
    );
  });

  it("counts, suspends or only records what a follower alone reports, by what it may do", () => {
    const shown = (may: string): unknown[] => {
      const state = stateOf(...begun(policy({ may })), goalBy("fast", 20));
      return [state.score.home, why(state, "match_result")];
    };
    expect(shown("count")).toEqual([1, undefined]);
    expect(shown("suspend")).toEqual([0, "report_unconfirmed"]);
    expect(shown("record")).toEqual([0, undefined]);
  });

  it("only records what a source reports that has no place in the order, and leaves families without order alone", () => {
    const set = { order: { goals: [{ source: "official" }] } };
    const events = [...begun(set), goalBy("stranger", 20), first(21, "corner", { source: "stranger", ...HOME })];
    const state = stateOf(...events);
    expect([state.score.home, state.counts.corners.home]).toEqual([0, 1]);
    expect(why(state, "match_result")).toBeUndefined();
  });

  it("counts a second yellow card and a red card for one sending-off", () => {
    const events = [
      ...begun(),
      first(30, "second_yellow_card", { ...official, ...AWAY }),
      first(30, "red_card", { ...fast, ...AWAY }),
    ];
    expect(stateOf(...events).redCards).toEqual({ home: 0, away: 1 });
    expect(stateOf(...events).sources?.suspending).toEqual([]);
  });

  it("does not mix up two bookings of one minute", () => {
    const card = (source: string, player: string): MatchEvent => first(30, "yellow_card", { source, ...HOME, player });
    const one = [...begun(), card("official", "h5"), card("official", "h7"), card("fast", "h7")];
    expect(stateOf(...one).yellowCards.home).toBe(2);
    // Another booking than the one that the authority reports, and not another name for it.
    const other = stateOf(...begun(), card("official", "h5"), card("fast", "h7"));
    expect([other.yellowCards.home, other.sources?.suspending]).toEqual([1, ["yellow_card"]]);
  });

  it("does not take a player's other name for another player", () => {
    const sheet = lineups().map((event) => ({
      ...event,
      ...fast,
      id: `own-${event.id}`,
      payload: namedOtherwise(event),
    }));
    const events = [
      ...begun(),
      ...sheet,
      first(30, "yellow_card", { ...official, ...HOME, player: "h5" }),
      first(30, "yellow_card", { ...fast, ...HOME, player: "x-h5" }),
    ];
    expect(stateOf(...events).sources).toMatchObject({ suspending: [], disagreements: [] });
  });

  it("tells of different scorers, and counts that of the authority", () => {
    const state = stateOf(
      ...begun(),
      goalBy("official", 20, { ...HOME, player: "h9" }),
      goalBy("fast", 20, { ...HOME, player: "h10" }),
    );
    expect(state.goals.map(({ player }) => player)).toEqual(["h9"]);
    expect(state.sources?.disagreements).toMatchObject([{ about: "details", against: ["fast"], counted: true }]);
  });

  it("tells of what a follower leaves out, once it has reported later things", () => {
    const missed = [...begun(), goalBy("official", 10), goalBy("official", 20), goalBy("fast", 10)];
    expect(stateOf(...missed).sources?.disagreed).toMatchObject({ missing: 0 });
    const later = stateOf(
      ...missed,
      first(24, "corner", { ...fast, ...HOME }),
      first(24, "corner", { ...official, ...HOME }),
    );
    expect(later.sources?.disagreements).toMatchObject([{ about: "missing", minute: 20, against: ["fast"] }]);
  });

  it("suspends again when the authority takes back what a follower still reports", () => {
    const goal = goalBy("official", 20);
    const events = [...begun(), goal, goalBy("fast", 20)];
    const state = stateOf(...events, retracted(goal));
    expect([state.score.home, why(state, "match_result")]).toEqual([0, "report_unconfirmed"]);
  });

  it("takes prices and line-ups of the authority alone", () => {
    const price = (source: string, home: number): MatchEvent =>
      first(20, "odds_update", { source, payload: { market: "match_result", prices: { home, draw: 3, away: 4 } } });
    const [home] = by("fast", lineups());
    const events = [
      ...begun(),
      price("official", 2),
      price("fast", 3),
      { ...home!, payload: { starters: [], bench: [] } },
    ];
    expect(stateOf(...events).odds["match_result"]).toMatchObject({ home: 2 });
    expect(stateOf(...events).lineups.home?.starters).toHaveLength(11);
  });
});

describe("an authority that falls silent", () => {
  const story = [...begun(), goalBy("official", 10), goalBy("fast", 10)];
  const during = [goalBy("fast", 25, AWAY), first(27, "corner", { ...fast, ...HOME })];

  it("hands over to the next, whose reports then count", () => {
    const state = stateOf(...story, silent(20), ...during);
    expect(state.score).toEqual({ home: 1, away: 1 });
    expect(state.sources).toMatchObject({ silent: ["official"], suspending: [] });
    expect(state.sources?.families.goals).toEqual({ order: ["official", "fast"], acting: "fast" });
    expect(why(state, "match_result")).toBeUndefined();
  });

  it("turns what suspended into what counts, when its silence is found out later", () => {
    const before = stateOf(...story, ...during);
    expect([before.score.away, why(before, "match_result")]).toEqual([0, "report_unconfirmed"]);
    expect(stateOf(...story, ...during, silent(20)).score.away).toBe(1);
  });

  it("takes back, and counts nothing twice that it reports late", () => {
    const state = stateOf(...story, silent(20), ...during, goalBy("official", 25, AWAY), back(30));
    expect(state.score).toEqual({ home: 1, away: 1 });
    expect(state.counts.corners.home).toBe(1);
    expect(state.sources?.families.goals?.acting).toBe("official");
    // From here on the follower only suspends again.
    const after = stateOf(...story, silent(20), ...during, back(30), goalBy("fast", 35, AWAY));
    expect([after.score.away, why(after, "match_result")]).toEqual([1, "report_unconfirmed"]);
  });

  it("is stood in for by a source with names of its own, whose players are then not known", () => {
    const sheet = lineups().map((event) => ({
      ...event,
      ...fast,
      id: `own-${event.id}`,
      payload: namedOtherwise(event),
    }));
    const red = first(26, "red_card", { ...fast, ...HOME, player: "x-h5" });
    const change = first(28, "substitution", { ...fast, ...HOME, payload: { playerIn: "x-h12", playerOut: "x-h2" } });
    const events = [...story, ...sheet, silent(20), red, change, goalBy("fast", 29, { ...HOME, player: "x-h9" })];
    const state = stateOf(...events);
    expect([state.redCards.home, state.score.home]).toEqual([1, 2]);
    expect(state.lineups.home).toMatchObject({ unnamed: 1, left: [] });
    expect(state.goals.at(-1)?.player).toBeNull();
    // A source that uses the names of the sheet is taken at its word: this one is not in the match.
    const stranger = first(26, "red_card", { ...fast, ...HOME, player: "coach" });
    const booking = first(24, "yellow_card", { ...fast, ...HOME, player: "h5" });
    expect(stateOf(...story, silent(20), booking, stranger).redCards.home).toBe(0);
  });

  it("overturns what was made up in its silence, once it says that it has reported everything", () => {
    const state = stateOf(...story, silent(20), ...during, goalBy("official", 25, AWAY), back(30, true));
    expect(state.score).toEqual({ home: 1, away: 1 });
    expect(state.counts.corners.home).toBe(0);
    expect(why(state, "corners_over_under_9_5")).toBeUndefined();
    expect(state.sources?.disagreements).toMatchObject([{ about: "unconfirmed", happening: "corner", counted: false }]);
  });

  it("leaves everything that it decides suspended where nobody takes over", () => {
    for (const follower of [{ takesOver: false }, { may: "record" }]) {
      const state = stateOf(...begun(policy(follower)), silent(20), goalBy("fast", 25));
      expect([state.score.home, why(state, "match_result")]).toEqual([0, "sources_silent"]);
    }
  });

  it("says of itself that it has a gap, and the match goes on", () => {
    const gap = happening("feed_gap", 20, official);
    const state = stateOf(...story, gap, ...during);
    expect([state.feedGap, state.score.away]).toEqual([false, 1]);
    const reported = stateOf(...story, gap, ...during, happening("feed_recovered", 30, official));
    expect(reported.score.away).toBe(0);
  });

  it("makes every settlement provisional while another speaks for it", () => {
    const ended = [silent(20), ...during, ...by("fast", [halfTime(), secondHalf(), endOf("second_half"), fullTime()])];
    const state = stateOf(...story, ...ended);
    expect(settlementOf(findMarket("match_result")!, state)).toMatchObject({ provisional: true });
    const confirmed = stateOf(
      ...story,
      ...ended,
      goalBy("official", 25, AWAY),
      back(200, true),
      ...by("official", [halfTime(), secondHalf(), endOf("second_half"), fullTime()]),
    );
    expect(settlementOf(findMarket("match_result")!, confirmed)).toMatchObject({ provisional: false });
  });
});

/** A team sheet with names of its own. */
function namedOtherwise({ payload }: MatchEvent): MatchEvent["payload"] {
  return JSON.parse(JSON.stringify(payload).replaceAll('"id":"', '"id":"x-')) as MatchEvent["payload"];
}

/** What a second source makes of a match: late, in ids of its own, some of it left out and some made up. */
function secondSource(events: readonly MatchEvent[], random: () => number): MatchEvent[] {
  return events.flatMap((event, index) => {
    if (!kindOf(event) || random() < 0.05) return [];
    const late = new Date(Date.parse(event.occurredAt) + 200 + random() * 19_800).toISOString();
    const { sequence: _own, ...rest } = event;
    const reported: MatchEvent = { ...rest, source: "fast", id: `f${index}`, occurredAt: late };
    const made: MatchEvent[] =
      random() < 0.03
        ? [{ ...reported, type: "corner", payload: {}, team: otherSide(event.team ?? "home"), id: `x${index}` }]
        : [];
    return [reported, ...made];
  });
}

describe("whole matches that two sources report", () => {
  const story = (seed: number): { ours: MatchEvent[]; all: MatchEvent[] } => {
    const random = randomFrom(seed + 1);
    const ours = playedMatch(seed, { corrections: true }).map((event) => ({ ...event, source: "official" }));
    const plain = fixture();
    const set = happening("sources_policy", -9_999, { source: "touchline", payload: { policy: policy() } });
    const start = Math.floor(random() * 60);
    const silence = random() < 0.5 ? [] : [silent(start), back(start + 10, true)];
    return { ours: [plain, ...ours], all: [plain, set, ...ours, ...secondSource(ours, random), ...silence] };
  };

  it("end as the authority reports them, with and without a silence", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { ours, all } = story(seed);
        expect(counted(stateOf(...all))).toEqual(counted(stateOf(...ours)));
      }),
      { numRuns: 40 },
    );
  });

  it("end alike in any order of arrival, and event by event as all at once", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { all } = story(seed);
        const state = stateOf(...all);
        const arrivals = scattered(all, randomFrom(seed));
        expect(JSON.stringify(stateOf(...arrivals))).toBe(JSON.stringify(state));
        const fold = arrivals.reduce<Fold>((known, event) => foldOn(known, event), NOTHING_FOLDED);
        expect(JSON.stringify(fold.state)).toBe(JSON.stringify(state));
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 6 },
    );
  });

  it("restore everything when a report is taken back", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, index) => {
        const log = logOf(story(seed).all);
        const taken = [...log.values()][index % log.size]!;
        const without = new Map([...log].filter(([, event]) => event !== taken));
        expect(foldEvents(logOf([...log.values(), retracted(taken)]))).toEqual(foldEvents(without));
      }),
      { numRuns: 40 },
    );
  });

  it("never offer a market whose decision is awaited, and settle none on a report that does not count", () => {
    const { all } = story(7);
    for (let length = 1; length <= all.length; length += 9) {
      const state = stateOf(...all.slice(0, length));
      for (const market of CATALOGUE)
        if (suspensionOf(market, state) === "report_unconfirmed") expect(state.sources?.suspending).not.toEqual([]);
    }
  });

  it("hand over in the second half as in the first", () => {
    const events = [
      ...begun(),
      ...by("official", [halfTime(), secondHalf()]),
      silent(80),
      second(70, "goal", { ...fast, ...HOME }),
    ];
    expect(stateOf(...events).score.home).toBe(1);
  });
});

describe("prices that several sources send", () => {
  it("give what folding all of them gives, each by itself or all at once, silences among them", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(5), { maxLength: 40 }), (seed, kinds) => {
        const random = randomFrom(seed);
        const arrivals = kinds.map((kind, index): MatchEvent => {
          const minute = Math.floor(index + random() * 3);
          if (kind === 0) return silent(minute);
          if (kind === 1) return back(minute, random() < 0.5);
          const source = kind < 4 ? "official" : "fast";
          const prices = { home: 1.5 + random(), draw: 3, away: 4 };
          return first(minute, "odds_update", { source, payload: { market: "match_result", prices } });
        });
        const events = [...begun(), ...arrivals];
        const fold = events.reduce<Fold>((known, event) => foldOn(known, event), NOTHING_FOLDED);
        expect(JSON.stringify(fold.state)).toBe(JSON.stringify(stateOf(...events)));
      }),
      { numRuns: 100 },
    );
  });
});
