import { CATALOGUE } from "@touchline/domain";
import { type Predictor, shippedPredictor } from "@touchline/model";
import { beforeAll, describe, expect, it } from "vitest";
import { playMatch, type Step } from "../play-match.ts";
import { PriceArithmetic } from "./price-arithmetic.ts";
import { relationsIn } from "./price-relations.ts";
import type { Quotes } from "../standing.ts";
import { type ArithmeticTally, emptyTally } from "../tally.ts";
import { bundledMatches } from "../testing/bundled-matches.ts";

const { signal } = new AbortController();
const arithmetic = new PriceArithmetic();

async function stepsOf(match: number, predictor: Predictor): Promise<Step[]> {
  const steps: Step[] = [];
  const arrivals = bundledMatches()[match]!.events.map((event) => ({ event, injected: false }));
  for await (const step of playMatch(arrivals, CATALOGUE, predictor, signal)) steps.push(step);
  return steps;
}

/** The step's prices, one of them moved. */
function checkWith({ matchId, after, quotes }: Step, market = "", outcome = "", by = 0): ArithmeticTally {
  const spoilt: Quotes = new Map(
    [...(quotes?.after ?? [])].map(([variant, byMarket]) => {
      const quote = byMarket.get(market);
      if (!quote) return [variant, byMarket];
      const values = quote.values.map((value, index) => (value ?? 0) + (quote.outcomes[index] === outcome ? by : 0));
      return [variant, new Map([...byMarket, [market, { ...quote, values }]])];
    }),
  );
  const tally = emptyTally().arithmetic;
  arithmetic.check(matchId, after, spoilt, tally);
  return tally;
}

describe("the prices of a real match", () => {
  it("agree with each other after every event", async () => {
    const predictor = shippedPredictor();
    for (const match of bundledMatches().keys())
      for (const step of await stepsOf(match, predictor)) expect(checkWith(step).errorList).toEqual([]);
  });
});

describe("a price that is wrong by a millionth", () => {
  let step: Step;
  beforeAll(async () => {
    const steps = await stepsOf(0, shippedPredictor());
    step = steps.find(({ after }) => after.state.clock !== null)!;
  });

  it.each([
    ["match_result", "draw", "does not sum to 1"],
    ["next_goal", "none", "does not sum to 1"],
    ["double_chance", "home_or_away", "is not what match_result makes of it"],
    ["draw_no_bet", "home", "is not what winning_margin makes of it"],
    ["asian_handicap_home_minus_0_75", "home", "is not what winning_margin makes of it"],
    ["asian_handicap_home_minus_1", "away", "is not what handicap_home_minus_1 makes of it"],
    ["over_under_2_25", "over", "is not what exact_goals makes of it"],
    ["half_time_over_under_1", "under", "is not what half_time_correct_score makes of it"],
    ["corners_over_under_10", "over", "is not what corners_over_under_7_5 makes of it"],
    ["multigoals", "2_5", "is not what over_under_0_5 makes of it"],
  ])("is found: %s %s %s", (market, outcome, what) => {
    const { errors, errorList, largest } = checkWith(step, market, outcome, 1e-6);
    expect(errors).toBeGreaterThan(0);
    expect(largest).toBeGreaterThan(1e-7);
    expect(errorList.map((error) => error.what)).toContainEqual(expect.stringContaining(what));
  });

  it("is found where a line stands above a lower one, or a price is none", () => {
    const above = checkWith(step, "home_over_under_3_5", "over", 0.9).errorList.map(({ what }) => what);
    expect(above).toContainEqual(expect.stringContaining("is likelier than a lower line"));
    const none = checkWith(step, "red_card_shown", "yes", -1).errorList.map(({ what }) => what);
    expect(none).toContainEqual(expect.stringContaining("is no probability"));
    expect(checkWith(step, "to_qualify", "home", 1).errors).toBe(0);
    expect(checkWith(step, "match_result", "home", NaN).largest).toBe(Infinity);
  });
});

describe("what one market says of another", () => {
  const relations = relationsIn();
  const of = (fine: string, coarse: string) => relations.find((each) => each.fine === fine && each.coarse === coarse);

  it("is found from the rules of settlement alone", () => {
    const { won, lost } = of("match_result", "asian_handicap_home_minus_0_25")!;
    // Home win, draw, away win: the draw loses half the home side's stake and gives the rest back.
    expect(won).toEqual([
      [1, 0],
      [0, 0.5],
      [0, 1],
    ]);
    expect(lost).toEqual([
      [0, 1],
      [0.5, 0],
      [1, 0],
    ]);
  });

  it("is nothing where a result of the one leaves the other open", () => {
    expect(of("match_result", "asian_handicap_home_minus_0_75")).toBeUndefined();
    expect(of("exact_goals", "over_under_5_5")).toBeUndefined();
    expect(of("winning_margin", "handicap_home_minus_3")).toBeUndefined();
  });

  it("reaches nearly every line that may push", () => {
    const reached = new Set(relations.map(({ coarse }) => coarse));
    const pushing = CATALOGUE.filter(({ id }) =>
      /(over_under|asian_handicap_home)_(minus_|plus_)?(\d+|\d+_[27]5)$/.test(id),
    );
    expect(pushing.map(({ id }) => id).filter((id) => !reached.has(id))).toEqual([
      "half_time_asian_handicap_home_minus_0_75",
      "half_time_asian_handicap_home_plus_0_75",
      "second_half_asian_handicap_home_minus_0_75",
      "second_half_asian_handicap_home_plus_0_75",
    ]);
  });
});
