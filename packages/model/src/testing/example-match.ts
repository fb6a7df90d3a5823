import fc from "fast-check";
import type { Pair } from "../counts/count-grid.ts";
import type { MatchRates, Situation } from "../situation/situation.ts";

/** Matches for the tests of this package: one ordinary one, and generators of all sorts. */

export const EXAMPLE_RATES: MatchRates = {
  home: 1.6,
  away: 1.2,
  rho: -0.08,
  corners: { home: 5.8, away: 4.6, size: 60 },
  cards: { home: 1.7, away: 1.9, size: 15 },
};

const NONE: Pair = { home: 0, away: 0 };

const BEFORE_KICK_OFF: Situation = {
  stage: "pre_match",
  minute: 0,
  stoppage: {},
  expectedStoppage: { first: 1.3, second: 3.6 },
  score: NONE,
  reds: NONE,
  corners: NONE,
  cards: NONE,
};

/** The ordinary match before kick-off, with some of it changed. */
export function situation(changes: Partial<Situation> = {}): Situation {
  return { ...BEFORE_KICK_OFF, ...changes };
}

const pair = (most: number) => fc.record({ home: fc.nat(most), away: fc.nat(most) });

export const anyRates: fc.Arbitrary<MatchRates> = fc
  .record({
    home: fc.double({ min: 0.2, max: 4, noNaN: true }),
    away: fc.double({ min: 0.2, max: 4, noNaN: true }),
    rho: fc.double({ min: -0.2, max: 0.1, noNaN: true }),
    corner: fc.double({ min: 2, max: 9, noNaN: true }),
    card: fc.double({ min: 0.5, max: 4, noNaN: true }),
    size: fc.double({ min: 5, max: 100, noNaN: true }),
  })
  .map(({ home, away, rho, corner, card, size }) => ({
    home,
    away,
    rho,
    corners: { home: corner, away: corner * 0.8, size },
    cards: { home: card, away: card * 1.1, size },
  }));

/** Any moment of the 90 minutes and before them, in a state that could have come about. */
export const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    stage: fc.constantFrom("pre_match", "first_half", "half_time", "second_half"),
    minute: fc.double({ min: 0, max: 50, noNaN: true }),
    firstGoals: pair(3),
    secondGoals: pair(3),
    reds: pair(2),
    corners: pair(5),
    cards: pair(3),
    announced: fc.option(fc.nat(8), { nil: undefined }),
    penaltyPending: fc.constantFrom(undefined, undefined, "home", "away"),
  })
  .map((drawn) => {
    const running = drawn.stage === "first_half" || drawn.stage === "second_half";
    if (drawn.stage === "pre_match") return situation();
    const later = drawn.stage === "second_half" ? drawn.secondGoals : NONE;
    const score = {
      home: drawn.firstGoals.home + later.home,
      away: drawn.firstGoals.away + later.away,
    };
    const stoppage = drawn.announced === undefined ? {} : { second: drawn.announced };
    return situation({
      stage: drawn.stage,
      minute: running ? drawn.minute : 0,
      stoppage,
      score,
      ...(drawn.stage === "first_half" ? {} : { halfTimeScore: drawn.firstGoals }),
      reds: drawn.reds,
      corners: drawn.corners,
      cards: drawn.cards,
      ...(drawn.stage === "first_half" ? {} : { firstHalfCorners: NONE, firstHalfCards: NONE }),
      ...(running && drawn.penaltyPending ? { penaltyPending: drawn.penaltyPending } : {}),
    });
  });
