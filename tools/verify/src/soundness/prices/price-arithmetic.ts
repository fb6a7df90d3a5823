import { CATALOGUE, type Market, VARIANTS } from "@touchline/domain";
import { type Family, familiesIn, type Relation, relationsIn } from "./price-relations.ts";
import type { Quote, Quotes, Standing } from "../standing.ts";
import { type ArithmeticTally, LISTED_ERRORS } from "../tally.ts";

/** What adding up a distribution in another order may make of a probability. */
const ROUNDING = 1e-12;

/** Variants that quote odds give the same probabilities once more. */
const PRICED = VARIANTS.filter(({ quote }) => quote.format === "probability");

const SCORERS = ["anytime_scorer", "scorer_two_or_more", "scorer_three_or_more"];

/**
 * Holds the prices of one match at one moment against each other: exclusive outcomes sum to 1, a higher line is never
 * likelier to be beaten, and every market that another one decides costs what that one says. Needs no look at the
 * distribution that they were made from, so it holds for any predictor.
 */
export class PriceArithmetic {
  readonly #relations: readonly Relation[];
  readonly #families: readonly Family[];
  readonly #exclusive: ReadonlySet<string>;

  constructor(markets: readonly Market[] = CATALOGUE) {
    this.#relations = relationsIn(markets);
    this.#families = familiesIn(markets);
    this.#exclusive = new Set(markets.filter(({ winners }) => winners === "exclusive").map(({ id }) => id));
  }

  /** Adds what it finds among the quotes of the open markets of `standing` to `tally`. */
  check(matchId: string, standing: Standing, quotes: Quotes, tally: ArithmeticTally): void {
    for (const { id: variant } of PRICED) {
      const prices = new Prices(standing, quotes.get(variant));
      const deviates = (distance: number, market: string, what: string): void => {
        tally.checked++;
        if (distance <= ROUNDING) {
          tally.largest = Math.max(tally.largest, distance);
          return;
        }
        // A distance that is no number is as wrong as can be.
        tally.largest = Math.max(tally.largest, Number.isNaN(distance) ? Infinity : distance);
        tally.errors++;
        if (tally.errorList.length < LISTED_ERRORS)
          tally.errorList.push({ matchId, market, what: `${variant}: ${what}, off by ${distance}` });
      };
      this.#checkSums(prices, deviates);
      this.#checkLines(prices, deviates);
      checkFirstScorer(standing, quotes.get(variant)?.get("first_scorer"), deviates);
      for (const relation of this.#relations) checkRelation(relation, prices, deviates);
    }
  }

  #checkSums(prices: Prices, deviates: Deviates): void {
    for (const [id, values] of prices.open) {
      const outside = values.reduce((worst, value) => Math.max(worst, -value, value - 1), 0);
      deviates(outside, id, "is no probability");
      if (!this.#exclusive.has(id)) continue;
      const sum = values.reduce((total, value) => total + value, 0);
      deviates(Math.abs(sum - 1), id, "does not sum to 1");
    }
  }

  #checkLines(prices: Prices, deviates: Deviates): void {
    for (const { markets, first } of this.#families) {
      const likely = markets.map((id) => prices.of(id)?.[first]);
      checkFalls(likely, markets, deviates);
    }
    const players = prices.open.get(SCORERS[0] ?? "")?.length ?? 0;
    for (let player = 0; player < players; player++)
      checkFalls(
        SCORERS.map((id) => prices.open.get(id)?.[player]),
        SCORERS,
        deviates,
      );
  }
}

type Deviates = (distance: number, market: string, what: string) => void;

/**
 * One first scorer wins, or none. Whoever is on the pitch has a bet that stands, so his price is his chance; that of
 * a substitute is given that he comes on, and so at least his chance.
 */
function checkFirstScorer({ state }: Standing, quote: Quote | undefined, deviates: Deviates): void {
  if (!quote) return;
  const bench = new Set(
    [state.lineups.home, state.lineups.away].flatMap((lineup) =>
      (lineup?.bench ?? []).map(({ id }) => id).filter((id) => !lineup?.entered.some(({ player }) => player === id)),
    ),
  );
  let standing = 0;
  let all = 0;
  for (const [index, outcome] of quote.outcomes.entries()) {
    const price = quote.values[index] ?? NaN;
    all += price;
    if (!bench.has(outcome)) standing += price;
  }
  deviates(Math.max(0, standing - 1), "first_scorer", "men on the pitch sum to more than 1");
  deviates(Math.max(0, 1 - all), "first_scorer", "sums to less than 1");
}

/** Each number is at most the one before it; gaps are passed over. */
function checkFalls(values: readonly (number | null | undefined)[], ids: readonly string[], deviates: Deviates): void {
  let before: number | undefined;
  for (const [place, value] of values.entries()) {
    if (value === undefined || value === null) continue;
    if (before !== undefined) deviates(Math.max(0, value - before), ids[place] ?? "", "is likelier than a lower line");
    before = value;
  }
}

function checkRelation({ fine, coarse, won, lost }: Relation, prices: Prices, deviates: Deviates): void {
  const actual = prices.open.get(coarse);
  const distribution = actual && (typeof fine === "string" ? prices.open.get(fine) : distributionOfLines(fine, prices));
  if (!actual || !distribution) return;
  let furthest = 0;
  for (const [outcome, price] of actual.entries()) {
    let wins = 0;
    let losses = 0;
    for (const [winner, probability] of distribution.entries()) {
      wins += probability * (won[winner]?.[outcome] ?? 0);
      losses += probability * (lost[winner]?.[outcome] ?? 0);
    }
    // Not divided by what is staked, which may be next to nothing. Where all of it is returned, any price is right.
    furthest = Math.max(furthest, Math.abs(price * (wins + losses) - wins));
  }
  deviates(furthest, coarse, `is not what ${typeof fine === "string" ? fine : fine.markets[0]} makes of it`);
}

/** How likely it is that so many of the family's half lines are beaten. */
function distributionOfLines({ markets, first, halves }: Family, prices: Prices): number[] | undefined {
  const beaten: number[] = [1];
  for (const place of halves) {
    const price = prices.of(markets[place] ?? "")?.[first];
    if (price === undefined || price === null) return undefined;
    beaten.push(price);
  }
  return beaten.map((probability, lines) => probability - (beaten[lines + 1] ?? 0));
}

/** Prices of one variant, in the order of each market's outcomes. */
class Prices {
  readonly open: ReadonlyMap<string, readonly number[]>;
  readonly #settled: Standing["settled"];

  constructor({ settled }: Standing, quotes: ReturnType<Quotes["get"]> = new Map()) {
    this.#settled = settled;
    this.open = new Map([...quotes].map(([id, { values }]) => [id, values.map((value) => value ?? NaN)]));
  }

  /** Of an open market what is predicted, of a settled one what it pays; undefined for one that is not on offer. */
  of(id: string): readonly (number | null)[] | undefined {
    const settlement = this.#settled.get(id);
    return this.open.get(id) ?? (settlement && Object.values(settlement.outcomes));
  }
}
