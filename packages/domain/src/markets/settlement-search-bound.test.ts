import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../json/canonical-json.ts";
import { CATALOGUE } from "./catalogue.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import type { Market } from "./market.ts";
import type { Goal, MatchState } from "../match/match-state.ts";
import { settlementOf } from "./settlement.ts";
import type { Pair } from "../events/side.ts";

/**
 * A market must be settled exactly when every remaining course of the match pays the same. The test tries each course
 * in turn, far beyond the highest line, and compares what the market pays at its end.
 */
const MORE = 30;
/** Times what a run of all tests can afford: `RUNS=10` tries ten times as many counts. */
const RUNS = Number(process.env["RUNS"] ?? 1);

const pair = (home: number, away: number): Pair => ({ home, away });

/** Final states by primitive: a match that has ended with these counts. */
type Ending = (counts: Pair) => MatchState;
const over = { periodsPlayed: 2, over: true } as const;

const endings: Partial<Record<Market["primitive"], Ending>> = {
  full_time_score: (score) => ({ ...EMPTY_STATE, ...over, score }),
  first_half_score: (score) => ({ ...EMPTY_STATE, ...over, score, halfTimeScore: score }),
  second_half_score: (score) => ({ ...EMPTY_STATE, ...over, score, halfTimeScore: pair(0, 0) }),
  corners: (corners) => ({ ...EMPTY_STATE, ...over, counts: { ...EMPTY_STATE.counts, corners } }),
  cards: (cards) => ({ ...EMPTY_STATE, ...over, counts: { ...EMPTY_STATE.counts, cards } }),
  first_half_corners: (corners) => ({ ...EMPTY_STATE, ...over, halfTimeCounts: { ...EMPTY_STATE.counts, corners } }),
  first_half_cards: (cards) => ({ ...EMPTY_STATE, ...over, halfTimeCounts: { ...EMPTY_STATE.counts, cards } }),
};

/** What the market pays at each end, remembered: as text, so that payments compare. */
const remembered = new Map<Market, Map<string, string>>();
function paidAt(market: Market, key: string, ending: () => MatchState): string {
  const ofMarket = remembered.get(market) ?? new Map<string, string>();
  remembered.set(market, ofMarket);
  let paid = ofMarket.get(key);
  if (paid === undefined) ofMarket.set(key, (paid = canonicalJson(settlementOf(market, ending())?.grades ?? null)));
  return paid;
}

function onlyPayment(market: Market, ends: Iterable<readonly [key: string, ending: () => MatchState]>): string | null {
  let only: string | undefined;
  for (const [key, ending] of ends) {
    const paid = paidAt(market, key, ending);
    if (only !== undefined && only !== paid) return null;
    only = paid;
  }
  return only ?? null;
}

function* countEndings(from: Pair, ending: Ending): Iterable<readonly [string, () => MatchState]> {
  // Far ends first: they show soonest that a market is still open.
  for (const home of [from.home + MORE, from.home])
    for (const away of [from.away + MORE, from.away]) yield [`${home}-${away}`, () => ending(pair(home, away))];
  for (let home = from.home; home <= from.home + MORE; home++)
    for (let away = from.away; away <= from.away + MORE; away++)
      yield [`${home}-${away}`, () => ending(pair(home, away))];
}

const isIn = (market: Market, state: MatchState): string | null => {
  const settlement = settlementOf(market, state);
  return settlement ? canonicalJson(settlement.grades) : null;
};

/** What this thread computed since, milliseconds: time that other programs took from it does not count. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Usual counts, and leads beyond any bookmaker's line. */
const counts = fc.oneof(
  { weight: 4, arbitrary: fc.record({ home: fc.nat(8), away: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ home: fc.nat(20), away: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ home: fc.nat(3), away: fc.nat(20) }) },
);

describe("a market on one count", () => {
  const markets = CATALOGUE.filter(({ primitive }) => endings[primitive]);
  const states: Record<string, (now: Pair) => MatchState> = {
    full_time_score: (score) => ({ ...EMPTY_STATE, score }),
    first_half_score: (score) => ({ ...EMPTY_STATE, score }),
    second_half_score: (score) => ({ ...EMPTY_STATE, periodsPlayed: 1, score, halfTimeScore: pair(0, 0) }),
    corners: (corners) => ({ ...EMPTY_STATE, counts: { ...EMPTY_STATE.counts, corners } }),
    cards: (cards) => ({ ...EMPTY_STATE, counts: { ...EMPTY_STATE.counts, cards } }),
    first_half_corners: (corners) => ({ ...EMPTY_STATE, counts: { ...EMPTY_STATE.counts, corners } }),
    first_half_cards: (cards) => ({ ...EMPTY_STATE, counts: { ...EMPTY_STATE.counts, cards } }),
  };

  it("is settled exactly when every possible final count pays the same", () => {
    fc.assert(
      fc.property(counts, (now) => {
        for (const market of markets) {
          const ending = endings[market.primitive];
          const state = states[market.primitive]?.(now);
          if (!ending || !state) throw new Error(market.primitive);
          const expected = onlyPayment(market, countEndings(now, ending));
          if (isIn(market, state) !== expected) expect([market.id, isIn(market, state)]).toEqual([market.id, expected]);
        }
      }),
      { numRuns: 20 * RUNS },
    );
  });

  it("stays open for the trailing side, however far behind", () => {
    const corners = (home: number, away: number) => states["corners"]!(pair(home, away));
    for (const id of ["corners_asian_handicap_home_minus_2_5", "corners_result"]) {
      const market = CATALOGUE.find((candidate) => candidate.id === id)!;
      for (const [home, away] of [
        [0, 15],
        [0, 40],
        [40, 0],
        [200, 3],
      ] as const)
        expect(isIn(market, corners(home, away))).toBeNull();
    }
  });

  it("takes no longer for counts far beyond any real match", () => {
    const before = process.threadCpuUsage();
    for (const market of markets) settlementOf(market, states[market.primitive]!(pair(1_000_000, 3)));
    expect(cpuMsSince(before)).toBeLessThan(250);
  });
});

describe("a market on both halves", () => {
  const markets = CATALOGUE.filter(({ primitive }) => primitive === "half_and_full");
  const ended = (h1: number, a1: number, h2: number, a2: number): MatchState => ({
    ...EMPTY_STATE,
    ...over,
    score: pair(h1 + h2, a1 + a2),
    halfTimeScore: pair(h1, a1),
  });

  function* halvesEndings(
    first: Pair,
    second: Pair,
    firstOpen: boolean,
  ): Iterable<readonly [string, () => MatchState]> {
    const more = (count: number, open: boolean) =>
      [0, ...(open ? [9, 1, 2, 3, 4, 5, 6, 7, 8] : [])].map((n) => count + n);
    // In the second half anything up to outscoring a first half of eighteen.
    const later = (count: number) =>
      [0, 20, ...Array.from({ length: 19 }, (_unused, n) => n + 1)].map((n) => count + n);
    for (const h1 of more(first.home, firstOpen))
      for (const a1 of more(first.away, firstOpen))
        for (const h2 of firstOpen ? more(0, true) : later(second.home))
          for (const a2 of firstOpen ? more(0, true) : later(second.away))
            yield [`${h1}-${a1}-${h2}-${a2}`, () => ended(h1, a1, h2, a2)];
  }

  const few = fc.record({ home: fc.nat(4), away: fc.nat(4) });
  const some = fc.oneof(few, fc.constantFrom(pair(6, 0), pair(0, 7), pair(6, 6), pair(6, 5)));

  it("is settled in the second half exactly when every possible end pays the same", () => {
    fc.assert(
      fc.property(some, some, (first, second) => {
        const score = pair(first.home + second.home, first.away + second.away);
        const state: MatchState = { ...EMPTY_STATE, periodsPlayed: 1, score, halfTimeScore: first };
        for (const market of markets)
          expect([market.id, isIn(market, state)]).toEqual([
            market.id,
            onlyPayment(market, halvesEndings(first, second, false)),
          ]);
      }),
      { numRuns: 20 * RUNS },
    );
  });

  it("is settled in the first half exactly when every possible end pays the same", () => {
    fc.assert(
      fc.property(few, (score) => {
        const state: MatchState = { ...EMPTY_STATE, score };
        for (const market of markets)
          expect([market.id, isIn(market, state)]).toEqual([
            market.id,
            onlyPayment(market, halvesEndings(score, pair(0, 0), true)),
          ]);
      }),
      { numRuns: 6 * RUNS },
    );
  });

  it.each([
    ["away_win_both_halves", { score: pair(6, 0) }],
    ["away_win_either_half", { periodsPlayed: 1, halfTimeScore: pair(6, 0), score: pair(6, 7) }],
    ["home_win_both_halves", { periodsPlayed: 1, halfTimeScore: pair(6, 0), score: pair(6, 6) }],
    ["highest_scoring_half", { periodsPlayed: 1, halfTimeScore: pair(6, 6), score: pair(6, 6) }],
    ["half_time_full_time", { periodsPlayed: 1, halfTimeScore: pair(0, 9), score: pair(0, 9) }],
  ])("%s stays open while more than one result is possible, however unlikely", (id, state) => {
    const market = CATALOGUE.find((candidate) => candidate.id === id)!;
    expect(settlementOf(market, { ...EMPTY_STATE, ...state })).toBeUndefined();
  });

  it("waits for the whistle when a feed reports impossible scores", () => {
    const score = pair(900, 900);
    const before = process.threadCpuUsage();
    for (const market of markets) expect(settlementOf(market, { ...EMPTY_STATE, score })).toBeUndefined();
    expect(cpuMsSince(before)).toBeLessThan(250);
    for (const market of markets) expect(settlementOf(market, ended(900, 900, 1, 0))).toBeDefined();
  });
});

describe("a market on a quarter of an hour", () => {
  const markets = CATALOGUE.filter(({ category }) => category === "windows");
  const goal = (side: "home" | "away", minute: number): Goal => ({
    side,
    minute,
    period: minute < 45 ? "first_half" : "second_half",
    player: null,
    ownGoal: false,
    provisional: false,
  });
  const withGoals = (minute: number, { home, away }: Pair): Goal[] => [
    ...Array.from({ length: home }, () => goal("home", minute)),
    ...Array.from({ length: away }, () => goal("away", minute)),
  ];

  it("is settled exactly when every possible end pays the same", () => {
    fc.assert(
      fc.property(fc.record({ home: fc.nat(3), away: fc.nat(3) }), (now) => {
        for (const market of markets) {
          const from = Number(/^goals_(\d+)/.exec(market.id)?.[1]);
          const ends = countEndings(now, (counted) => ({ ...EMPTY_STATE, ...over, goals: withGoals(from, counted) }));
          const state = { ...EMPTY_STATE, goals: withGoals(from, now) };
          expect([market.id, isIn(market, state)]).toEqual([market.id, onlyPayment(market, ends)]);
        }
      }),
      { numRuns: 8 * RUNS },
    );
  });
});
