import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket } from "./catalogue.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import type { OutcomeResult } from "./outcome-result.ts";
import { countMarket, halvesMarket, type CatalogueMarket, REFUND } from "./market.ts";
import type { MatchState } from "../match/match-state.ts";
import { priceMarket } from "./pricing.ts";
import type { Distributions } from "../dependencies/primitive.ts";
import { settlementOf } from "./settlement.ts";
import { cellsOf, gridOf, halvesOf, type Shape } from "../testing/any-grid.ts";
import { randomFrom } from "../testing/random-source.ts";
import { fixture, lineups, stateOf } from "../testing/example-events.ts";

const countMarkets = CATALOGUE.filter(({ space }) => space === "counts");
const halfMarkets = CATALOGUE.filter(({ space }) => space === "halves");
const price = (market: CatalogueMarket, distributions: Distributions) =>
  priceMarket(market, distributions, EMPTY_STATE);

/** How much of a stake on it is won and how much is lost: the rest is returned. */
const SHARES: Record<OutcomeResult, readonly [won: number, lost: number]> = {
  won: [1, 0],
  half_won: [0.5, 0],
  void: [0, 0],
  half_lost: [0, 0.5],
  lost: [0, 1],
};

/** Wins over wins and losses, from what the market pays at each end: nothing of the way in which prices are made. */
function pricesByEnds(market: CatalogueMarket, ends: Iterable<readonly [MatchState, number]>): number[] {
  const won = new Map(market.outcomes.map((outcome) => [outcome, 0]));
  const staked = new Map(won);
  for (const [state, probability] of ends) {
    const grades = settlementOf(market, state)?.grades;
    if (!grades) throw new Error(`${market.id} is open at its end`);
    for (const outcome of market.outcomes) {
      const [win, loss] = SHARES[grades[outcome] ?? "void"];
      won.set(outcome, (won.get(outcome) ?? 0) + win * probability);
      staked.set(outcome, (staked.get(outcome) ?? 0) + (win + loss) * probability);
    }
  }
  return market.outcomes.map((outcome) => (won.get(outcome) ?? 0) / (staked.get(outcome) ?? 1));
}

const ended: MatchState = { ...EMPTY_STATE, periodsPlayed: 2, over: true, playedOut: true };
const goals = (home: number, away: number) =>
  [...Array<"home">(home).fill("home"), ...Array<"away">(away).fill("away")].map((side) => ({
    side,
    player: null,
    ownGoal: false,
    provisional: false,
  }));

/** The match that ended with these counts, as the market's primitive counts them. */
function endOf(primitive: string, home: number, away: number): MatchState {
  const pair = { home, away };
  const half = /^first_half|^second_half/.exec(primitive)?.[0];
  if (primitive.endsWith("corners") || primitive.endsWith("cards")) {
    const counts = { ...EMPTY_STATE.counts, [primitive.endsWith("corners") ? "corners" : "cards"]: pair };
    return { ...ended, counts, halfTimeCounts: counts };
  }
  if (primitive.startsWith("goals_")) {
    const minute = Number(primitive.split("_")[1]);
    const period = minute < 45 ? "first_half" : "second_half";
    return { ...ended, goals: goals(home, away).map((goal) => ({ ...goal, minute, period })) };
  }
  if (primitive === "extra_time_score")
    return { ...ended, periodsPlayed: 4, extraTimePlayed: true, extraTimeScore: pair };
  return { ...ended, score: pair, halfTimeScore: half === "first_half" ? pair : EMPTY_STATE.score };
}

const shape: fc.Arbitrary<Shape> = fc.record({
  home0: fc.nat(4),
  away0: fc.nat(4),
  rows: fc.integer({ min: 1, max: 9 }),
  cols: fc.integer({ min: 1, max: 9 }),
});
const byId = (id: string) => findMarket(id) ?? CATALOGUE[0]!;
const near = (actual: readonly number[], expected: readonly number[], what: string) => {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries())
    if (!(Math.abs(value - expected[index]!) <= 1e-12))
      expect.fail(`${what}: ${actual.join()} instead of ${expected.join()}`);
};

describe("the price of a market on one count", () => {
  it("is what its ends pay, each by its probability", () => {
    fc.assert(
      fc.property(shape, fc.nat(), (size, seed) => {
        const grid = gridOf(size, randomFrom(seed));
        for (const market of countMarkets) {
          const ends = [...cellsOf(grid)].map(([h, a, p]) => [endOf(market.primitive, h, a), p] as const);
          const staked = ends.some(
            ([state, p]) =>
              p > 0 && Object.values(settlementOf(market, state)?.grades ?? {}).some((result) => result !== "void"),
          );
          const expected = staked ? pricesByEnds(market, ends) : market.outcomes.map(() => 1 / market.outcomes.length);
          near(price(market, { [market.primitive]: grid }), expected, market.id);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("is the same beyond the counts whose payoffs are written out", () => {
    const grid = gridOf({ home0: 46, away0: 44, rows: 5, cols: 9 }, randomFrom(7));
    for (const market of countMarkets) {
      const ends = [...cellsOf(grid)].map(([h, a, p]) => [endOf(market.primitive, h, a), p] as const);
      near(price(market, { [market.primitive]: grid }), pricesByEnds(market, ends), market.id);
    }
  });

  it("sums to 1 over exclusive outcomes, and is a probability for any", () => {
    fc.assert(
      fc.property(shape, fc.nat(), (size, seed) => {
        const grid = gridOf(size, randomFrom(seed));
        for (const market of countMarkets) {
          const prices = price(market, { [market.primitive]: grid });
          for (const value of prices) if (!(value >= 0 && value <= 1)) expect.fail(`${market.id}: ${prices.join()}`);
          if (market.winners === "exclusive") near([prices.reduce((sum, value) => sum + value, 0)], [1], market.id);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("falls as a line rises: totals, team totals, corners, cards and halves", () => {
    const families = new Map<string, { line: number; market: CatalogueMarket }[]>();
    for (const market of CATALOGUE) {
      const [, family, line] = /^(.*over_under)_(\d+(?:_\d+)?)$/.exec(market.id) ?? [];
      if (!family || !line) continue;
      const lines = families.get(family) ?? [];
      families.set(family, [...lines, { line: Number(line.replace("_", ".")), market }]);
    }
    expect(families.size).toBeGreaterThanOrEqual(17);
    fc.assert(
      fc.property(shape, fc.nat(), (size, seed) => {
        const grid = gridOf({ ...size, home0: 0, away0: 0 }, randomFrom(seed));
        for (const [family, members] of families) {
          const overs = members
            .toSorted((a, b) => a.line - b.line)
            // A line that may push on every possible result has no price to compare.
            .filter(({ line }) => !Number.isInteger(line) || [...cellsOf(grid)].filter(([, , p]) => p > 0).length > 1)
            .map(({ market }) => price(market, { [market.primitive]: grid })[0]!);
          for (let i = 1; i < overs.length; i++)
            if (overs[i]! > overs[i - 1]! + 1e-12) expect.fail(`${family}: ${overs.join()}`);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("rises with the head start of an Asian handicap", () => {
    const signed = (id: string) =>
      Number(
        /_(minus|plus)_([\d_]+)$/
          .exec(id)
          ?.slice(1)
          .join(" ")
          .replace("minus ", "-")
          .replace("plus ", "")
          .replace("_", "."),
      );
    const markets = CATALOGUE.filter(({ id }) => id.startsWith("asian_handicap_home_")).toSorted(
      (a, b) => signed(a.id) - signed(b.id),
    );
    expect(markets).toHaveLength(20);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const grid = gridOf({ home0: 0, away0: 0, rows: 8, cols: 8 }, randomFrom(seed));
        const homes = markets.map((market) => price(market, { full_time_score: grid })[0]!);
        for (let i = 1; i < homes.length; i++) expect(homes[i]).toBeGreaterThanOrEqual(homes[i - 1]! - 1e-12);
      }),
      { numRuns: 100 },
    );
  });
});

describe("refunds", () => {
  const even = (cells: number[], cols: number) => ({
    home0: 0,
    away0: 0,
    rows: cells.length / cols,
    cols,
    cells: Float64Array.from(cells),
  });

  it("are left out of the price: what fair odds imply", () => {
    // Home win 0.4, draw 0.3, away win 0.3.
    const grid = even([0.2, 0.3, 0.4, 0.1], 2);
    near(price(byId("draw_no_bet"), { full_time_score: grid }), [0.4 / 0.7, 0.3 / 0.7], "draw no bet");
    near(price(byId("over_under_1"), { full_time_score: grid }), [0.1 / 0.3, 0.2 / 0.3], "over 1");
  });

  it("of half a stake count half: a quarter line is half on each neighbour", () => {
    const grid = even([0.2, 0.3, 0.4, 0.1], 2);
    // Over 1.25: two goals win both halves, one goal loses one half and gets the other back.
    near(price(byId("over_under_1_25"), { full_time_score: grid }), [0.2 / (0.2 + 0.4 + 0.7), 1.1 / 1.3], "over 1.25");
  });

  it("of the whole stake for certain leave even odds", () => {
    const level = { home0: 2, away0: 2, rows: 1, cols: 1, cells: Float64Array.of(1) };
    expect(price(byId("draw_no_bet"), { full_time_score: level })).toEqual([0.5, 0.5]);
    expect(price(byId("asian_handicap_home_minus_1"), { full_time_score: { ...level, home0: 3 } })).toEqual([0.5, 0.5]);
  });
});

describe("overlapping outcomes", () => {
  it("have probabilities of their own: double chances sum to 2", () => {
    fc.assert(
      fc.property(shape, fc.nat(), (size, seed) => {
        const grid = gridOf(size, randomFrom(seed));
        const [home, draw, away] = price(byId("match_result"), { full_time_score: grid });
        const chances = price(byId("double_chance"), { full_time_score: grid });
        near(chances, [home! + draw!, draw! + away!, home! + away!], "double chance");
      }),
      { numRuns: 100 },
    );
  });

  it("of multigoals contain each other", () => {
    const grid = gridOf({ home0: 0, away0: 0, rows: 9, cols: 9 }, randomFrom(3));
    const prices = new Map(
      byId("multigoals").outcomes.map((outcome, i) => [
        outcome,
        price(byId("multigoals"), { full_time_score: grid })[i]!,
      ]),
    );
    expect(prices.get("1_4")).toBeGreaterThan(prices.get("1_3")!);
    expect(prices.get("1_3")).toBeGreaterThan(prices.get("1_2")!);
  });
});

describe("the price of a market on both halves", () => {
  /** Four loops over the joint distribution, and the payoff asked at each end. */
  function naive(market: CatalogueMarket, first: Shape, joint: ReturnType<typeof halvesOf>): number[] {
    const ends: (readonly [MatchState, number])[] = [];
    let index = 0;
    for (let h1 = 0; h1 < first.rows; h1++)
      for (let a1 = 0; a1 < first.cols; a1++, index++) {
        const half = { home: first.home0 + h1, away: first.away0 + a1 };
        for (const [h2, a2, p] of cellsOf(joint.second[index]!)) {
          const score = { home: half.home + h2, away: half.away + a2 };
          ends.push([{ ...ended, halfTimeScore: half, score }, joint.first.cells[index]! * p]);
        }
      }
    return pricesByEnds(market, ends);
  }

  it("is what its ends pay, each by its probability", () => {
    fc.assert(
      fc.property(shape, shape, fc.nat(), (first, second, seed) => {
        const joint = halvesOf(first, second, randomFrom(seed));
        for (const market of halfMarkets)
          near(price(market, { half_and_full: joint }), naive(market, first, joint), market.id);
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ["of", 15],
    ["beyond", 22],
  ])("is the same for the rarest %s the scores whose payoffs are written out", (_where, home0) => {
    const first = { home0, away0: 0, rows: 5, cols: 3 };
    const joint = halvesOf(first, { home0: 0, away0: 14, rows: 3, cols: 6 }, randomFrom(5));
    for (const market of halfMarkets)
      near(price(market, { half_and_full: joint }), naive(market, first, joint), market.id);
  });

  it("refunds and many patterns make no difference", () => {
    const odd = halvesMarket({
      id: "odd",
      name: "",
      category: "halves",
      outcomes: ["a", "b", "c"],
      lines: [
        (h1, a1, h2, a2) => ((h1 * 7 + a1 * 3 + h2 * 5 + a2) % 4 === 3 ? REFUND : (h1 * 7 + a1 * 3 + h2 * 5 + a2) % 4),
      ],
    });
    const first = { home0: 0, away0: 0, rows: 6, cols: 6 };
    const joint = halvesOf(first, first, randomFrom(9));
    near(price(odd, { half_and_full: joint }), naive(odd, first, joint), "odd");
  });
});

describe("named outcomes", () => {
  it("are priced by their distribution, in the order of the market's outcomes", () => {
    expect(price(byId("next_goal"), { next_goal: { none: 0.2, away: 0.3, home: 0.5 } })).toEqual([0.5, 0.3, 0.2]);
  });

  it("follow the team sheets", () => {
    const state = stateOf(fixture(), ...lineups());
    const distribution = Object.fromEntries(
      [...Array(18).keys()].flatMap((n) => [
        [`h${n + 1}`, { wins: n / 100, stands: 1 }],
        [`a${n + 1}`, { wins: 0.25, stands: 0.5 }],
      ]),
    );
    expect(priceMarket(byId("anytime_scorer"), { anytime_scorer: distribution }, state).slice(0, 3)).toEqual([
      0, 0.01, 0.02,
    ]);
  });

  it("of scorers are wins over wins and losses, and nothing where the stake is sure to be returned", () => {
    const state = stateOf(fixture(), ...lineups());
    const all = ["h", "a"].flatMap((side) => [...Array(18).keys()].map((n) => `${side}${n + 1}`));
    const bet = (player: string) => (player === "h12" ? { wins: 0.03, stands: 0.6 } : { wins: 0, stands: 0 });
    const distribution = Object.fromEntries(all.map((player) => [player, bet(player)]));
    const prices = priceMarket(byId("anytime_scorer"), { anytime_scorer: distribution }, state);
    expect(prices[11]).toBeCloseTo(0.05, 12);
    expect(prices[12]).toBe(0);
  });

  it("that the distribution leaves out are an error, not a guess", () => {
    expect(() => price(byId("next_goal"), { next_goal: { home: 0.5, away: 0.5 } })).toThrow(
      "next_goal lacks outcome none",
    );
    const named = { ...byId("next_goal"), outcomes: [] };
    expect(() => price(named, { next_goal: {} })).toThrow("lacks outcome home");
  });

  it("without their primitive's distribution are an error that names both", () => {
    expect(() => price(byId("match_result"), {})).toThrow("market match_result needs primitive full_time_score");
    expect(() => price(byId("half_time_full_time"), {})).toThrow("needs primitive half_and_full");
  });
});

describe("a market of one's own", () => {
  it("is a payoff, and nothing else", () => {
    const market = countMarket({
      id: "seven",
      name: "Seven",
      category: "goals",
      outcomes: ["seven", "other"],
      primitive: "full_time_score",
      lines: [(home, away) => (home + away === 7 ? 0 : 1)],
    });
    const grid = gridOf({ home0: 3, away0: 3, rows: 3, cols: 3 }, randomFrom(1));
    const seven = grid.cells[1]! + grid.cells[3]!;
    near(price(market, { full_time_score: grid }), [seven, 1 - seven], "seven");
  });
});
