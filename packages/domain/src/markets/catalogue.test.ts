import { describe, expect, it } from "vitest";
import { CATALOGUE, findMarket, marketsOf } from "./catalogue.ts";
import { FACT_NAMES } from "../dependencies/facts.ts";
import { EMPTY_STATE } from "../match/fold-events.ts";
import { CATEGORIES, outcomesOf } from "./market.ts";
import { priceMarket } from "./pricing.ts";
import { type Distributions, PRIMITIVE_IDS, primitiveReads } from "../dependencies/primitive.ts";
import { isOpen, settlementOf } from "./settlement.ts";
import { gridOf, halvesOf } from "../testing/any-grid.ts";
import { playedMatch } from "../testing/any-match.ts";
import { first, HOME, kickOff } from "../testing/example-events.ts";
import { randomFrom } from "../testing/random-source.ts";
import { fixture, lineups, stateOf } from "../testing/example-events.ts";

/** The outcome-level markets of the earlier system, whose names its clients still ask for. */
const SEED_MARKETS = `
  home_win draw away_win
  dc_1x dc_x2 dc_12
  dnb_home dnb_away
  btts_yes btts_no
  over_0.5 over_1.5 over_2.5 over_3.5 over_4.5 over_5.5
  under_0.5 under_1.5 under_2.5 under_3.5 under_4.5 under_5.5
  corners_over_8.5 corners_over_9.5 corners_over_10.5 corners_under_8.5 corners_under_9.5 corners_under_10.5
  cards_over_2.5 cards_over_3.5 cards_over_4.5 cards_under_2.5 cards_under_3.5 cards_under_4.5
  cs_0_0 cs_1_0 cs_0_1 cs_1_1 cs_2_0 cs_0_2 cs_2_1 cs_1_2 cs_2_2 cs_3_1
  ht_home_win ht_draw ht_away_win ht_over_05 ht_under_05 ht_btts
  ah_home_m05 ah_home_m10 ah_home_m15 ah_home_m20 ah_away_p05 ah_away_p10 ah_away_p15 ah_away_p20
  goals_0_1 goals_2_3 goals_4_5 goals_6_plus
  exactly_0_goals exactly_1_goal exactly_2_goals exactly_3_goals exactly_4_goals goals_5_plus
  odd_goals even_goals
  dr_1_1 dr_1_x dr_1_2 dr_x_1 dr_x_x dr_x_2 dr_2_1 dr_2_x dr_2_2
  home_win_to_nil home_win_to_nil_no away_win_to_nil away_win_to_nil_no
  home_clean_sheet_yes away_clean_sheet_yes
  btts_both_halves_yes btts_both_halves_no score_both_halves_yes score_both_halves_no
  home_to_score_1h home_to_score_2h away_to_score_1h away_to_score_2h
  home_over_05 home_over_15 home_over_25 away_over_05 away_over_15 away_over_25
`
  .trim()
  .split(/\s+/);

const aliases = CATALOGUE.flatMap((market) =>
  Object.entries(market.aliases).map(([outcome, alias]) => ({ market, outcome, alias })),
);
const marketOfAlias = (alias: string) => aliases.find((candidate) => candidate.alias === alias)!;

describe("the catalogue", () => {
  it("has an id of its own for each market", () => {
    expect(new Set(CATALOGUE.map(({ id }) => id)).size).toBe(CATALOGUE.length);
    for (const { id } of CATALOGUE) expect(id).toMatch(/^[a-z0-9_]{1,64}$/);
  });

  it("has a name of its own for each market", () => {
    const names = CATALOGUE.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("answers at least 250 outcomes in at least 200 markets of every category", () => {
    expect(CATALOGUE.length).toBeGreaterThanOrEqual(200);
    expect(CATALOGUE.reduce((count, { outcomes }) => count + outcomes.length, 0)).toBeGreaterThanOrEqual(250);
    expect([...new Set(CATALOGUE.map(({ category }) => category))].toSorted()).toEqual([...CATEGORIES].toSorted());
  });

  it("names each outcome of a market once", () => {
    for (const { id, outcomes } of CATALOGUE) {
      expect([id, new Set(outcomes).size]).toEqual([id, outcomes.length]);
      for (const outcome of outcomes) expect(outcome).toMatch(/^[a-z0-9_]{1,64}$/);
    }
  });

  it("finds a market by its id, and nothing by another", () => {
    for (const market of CATALOGUE) expect(findMarket(market.id)).toBe(market);
    expect(findMarket("constructor")).toBeUndefined();
    expect(findMarket("match_results")).toBeUndefined();
  });
});

describe("the 99 markets of the earlier system", () => {
  it("are 99", () => {
    expect(new Set(SEED_MARKETS).size).toBe(99);
  });

  it("are each the outcome of exactly one market", () => {
    expect(aliases.map(({ alias }) => alias).toSorted()).toEqual(SEED_MARKETS.toSorted());
  });

  it("are outcomes that exist", () => {
    for (const { market, outcome, alias } of aliases)
      expect([alias, market.outcomes]).toEqual([alias, expect.arrayContaining([outcome])]);
  });

  it.each([
    ["home_win", 2, 1],
    ["dc_x2", 1, 1],
    ["over_2.5", 3, 0],
    ["under_0.5", 0, 0],
    ["cs_3_1", 3, 1],
    ["ah_home_m15", 2, 0],
    ["ah_away_p15", 1, 0],
    ["ah_home_m20", 3, 0],
    ["ah_away_p05", 1, 1],
    ["goals_4_5", 3, 1],
    ["goals_5_plus", 4, 1],
    ["home_win_to_nil", 1, 0],
    // There "no" means a win with a goal conceded, not the complement.
    ["home_win_to_nil_no", 2, 1],
    ["away_over_25", 0, 3],
  ])("%s has won at %d-%d", (alias, home, away) => {
    const { market, outcome } = marketOfAlias(alias);
    const state = { ...EMPTY_STATE, periodsPlayed: 2, over: true, score: { home, away } };
    expect(settlementOf(market, state)?.grades[outcome]).toBe("won");
  });

  it("win to nil: no has lost where nobody won", () => {
    const { market, outcome } = marketOfAlias("home_win_to_nil_no");
    const drawn = { ...EMPTY_STATE, periodsPlayed: 2, over: true, score: { home: 1, away: 1 } };
    expect(settlementOf(market, drawn)?.grades[outcome]).toBe("lost");
  });
});

describe("every market", () => {
  const state = stateOf(fixture({ knockout: true }), ...lineups());
  const random = randomFrom(42);
  const shape = { home0: 0, away0: 0, rows: 6, cols: 6 };
  const distributions = Object.fromEntries(
    CATALOGUE.map((market) => {
      if (market.space === "counts") return [market.primitive, gridOf(shape, random)];
      if (market.space === "halves") return [market.primitive, halvesOf(shape, shape, random)];
      const outcomes = outcomesOf(market, state);
      return [market.primitive, Object.fromEntries(outcomes.map((outcome) => [outcome, 1 / outcomes.length]))];
    }),
  ) as Distributions;

  it("exists in a cup tie whose teams are known, a numbered goal once the goal before it has fallen", () => {
    const numbered = ({ id }: { readonly id: string }): boolean => /^goal_\d+$/.test(id);
    expect(marketsOf(state)).toEqual(CATALOGUE.filter((market) => !numbered(market)));
    const goals = Array.from({ length: 9 }, (_unused, minute) => first(minute, "goal", HOME));
    const played = stateOf(fixture({ knockout: true }), ...lineups(), kickOff(), ...goals);
    expect(marketsOf(played).filter(numbered)).toEqual(CATALOGUE.filter(numbered));
  });

  it("is priced by its primitive, with a probability for each outcome", () => {
    for (const market of CATALOGUE) {
      const prices = priceMarket(market, distributions, state);
      expect([market.id, prices.length]).toEqual([market.id, outcomesOf(market, state).length]);
      for (const price of prices) expect(price >= 0 && price <= 1, market.id).toBe(true);
    }
  });

  it("is open before the match and settled after it, in all its outcomes", () => {
    const over = stateOf(...playedMatch(11, { corrections: false, knockout: true }));
    for (const market of CATALOGUE) {
      expect([market.id, isOpen(market, state)]).toEqual([market.id, true]);
      expect([market.id, Object.keys(settlementOf(market, over)?.grades ?? {})]).toEqual([
        market.id,
        outcomesOf(market, over),
      ]);
    }
  });

  it("reads facts that exist, and every primitive serves some market", () => {
    for (const primitive of PRIMITIVE_IDS) {
      expect(FACT_NAMES).toEqual(expect.arrayContaining(Object.keys(primitiveReads(primitive))));
      expect(
        CATALOGUE.some((market) => market.primitive === primitive),
        primitive,
      ).toBe(true);
    }
  });
});
