import { canonicalJson, type Fixture, type MatchState } from "@touchline/domain";
import { AverageExpectations } from "./average-expectations.ts";
import type { LeagueParams } from "../rates/league-params.ts";
import { removeMargin } from "../rates/margin.ts";
import { blendRates, MARKET_WEIGHT, type MarketView, over25Of, ratesFromMarket } from "../rates/market-rates.ts";
import { matchRates } from "../rates/match-rates.ts";
import type { PreMatchExpectation, ExpectationSource } from "./pre-match-expectation.ts";
import { allShippedParams } from "../rates/shipped-params.ts";

/** Expectations kept: two blends of the matches of several busy days. */
const LIMIT = 4_000;
const MOST_DOCUMENTS = 2_000;

/** Expectations from fitted parameters, and from market prices where the variant listens to them. */
export class FittedExpectations implements ExpectationSource {
  /** Newest first within a league: what serves a match of which no event has named parameters. */
  readonly #documents: readonly LeagueParams[];
  /** Those and whatever was learnt later, by id: what events may name. */
  readonly #byId: Map<string, LeagueParams>;
  readonly #unknown = new AverageExpectations();
  readonly #known = new Map<string, PreMatchExpectation>();

  /** @param documents of several with one id, the first counts */
  constructor(documents: readonly LeagueParams[] = allShippedParams()) {
    this.#byId = new Map(documents.toReversed().map((params) => [parametersId(params), params]));
    this.#documents = [...this.#byId.values()].toSorted((one, other) => (one.asOf < other.asOf ? 1 : -1));
  }

  /** Whether `model_refitted` may name it. */
  knows(id: string): boolean {
    return this.#byId.has(id);
  }

  /**
   * Takes documents that events may name from now on. What an id means never changes, and matches without such an event
   * stay with what they had: their predictions must not change without one.
   */
  learn(documents: readonly LeagueParams[]): void {
    for (const params of documents) {
      const id = parametersId(params);
      if (this.#byId.size >= MOST_DOCUMENTS) return;
      if (!this.#byId.has(id)) this.#byId.set(id, params);
    }
    // What was made for a match whose document was missing must be made again.
    this.#known.clear();
  }

  expectationOf(state: MatchState, blend: "none" | "market"): PreMatchExpectation {
    const { fixture, referee, parameters, prematchOdds } = state;
    if (!fixture) throw new Error("a match without fixture has no expectation");
    const { home, away, competition, kickoff, season } = fixture;
    const odds = blend === "market" ? prematchOdds : null;
    const key = JSON.stringify([
      home,
      away,
      competition,
      kickoff,
      season,
      referee,
      parameters,
      odds && canonicalJson(odds),
    ]);
    const known = this.#known.get(key);
    if (known) return known;
    const model = this.#fitted(state, fixture);
    const expectation = odds ? blended(model, odds) : model;
    if (this.#known.size >= LIMIT) this.#known.clear();
    this.#known.set(key, expectation);
    return expectation;
  }

  #fitted(state: MatchState, fixture: Fixture): PreMatchExpectation {
    const params = this.#documentFor(state, fixture);
    if (!params) return this.#unknown.expectationOf(state);
    const { home, away } = fixture;
    const { expectedStoppage } = params;
    return {
      rates: matchRates(params, { home, away, ...(state.referee === null ? {} : { referee: state.referee }) }),
      expectedStoppage,
    };
  }

  /** The parameters that `model_refitted` named, or else the newest that were fitted before the match. */
  #documentFor({ parameters }: MatchState, { competition, kickoff, season }: Fixture): LeagueParams | undefined {
    const isOfLeague = ({ league: { division, name } }: LeagueParams) =>
      division === competition || name === competition;
    const named = parameters === null ? undefined : this.#byId.get(parameters);
    if (named && isOfLeague(named)) return named;
    const before = lastDayOf(season, kickoff);
    return this.#documents.find((params) => isOfLeague(params) && params.asOf <= before);
  }
}

/** The name by which `model_refitted` calls a document: `E0-2017-08-01`. */
export function parametersId({ league, asOf }: LeagueParams): string {
  return `${league.division.replaceAll(/[^A-Za-z0-9_-]/g, "-")}-${asOf}`;
}

/** A replay plays an old season today: what was fitted after that season must not know its results. */
function lastDayOf(season: string | undefined, kickoff: string): string {
  const day = kickoff.slice(0, 10);
  const startYear = /^(\d{4})\/\d{2}$/.exec(season ?? "")?.[1];
  const seasonEnd = startYear === undefined ? day : `${Number(startYear) + 1}-06-30`;
  return seasonEnd < day ? seasonEnd : day;
}

function blended(model: PreMatchExpectation, odds: NonNullable<MatchState["prematchOdds"]>): PreMatchExpectation {
  const view = marketView(odds);
  if (!view) return model;
  const { rates } = model;
  return { ...model, rates: { ...rates, ...blendRates(rates, ratesFromMarket(view, rates.rho), MARKET_WEIGHT) } };
}

/** What the prices say, margin removed; undefined when the result has no complete prices. */
function marketView({
  match_result: result,
  over_under_2_5: total,
}: NonNullable<MatchState["prematchOdds"]>): MarketView | undefined {
  const { home, draw, away } = result ?? {};
  if (home === undefined || draw === undefined || away === undefined) return undefined;
  const [pHome = 0, pDraw = 0, pAway = 0] = removeMargin([home, draw, away]);
  const { over, under } = total ?? {};
  const over25 = over !== undefined && under !== undefined ? over25Of({ over, under }) : undefined;
  return { home: pHome, draw: pDraw, away: pAway, ...(over25 === undefined ? {} : { over25 }) };
}
