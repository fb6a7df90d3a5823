import { type CalibrationBins, CalibrationSet } from "./calibration-set.ts";
import { BaseRates, OutcomeMeans, type OutcomeScores, SeasonMeans, type SeasonScores } from "./forecast-means.ts";
import { binaryLogLoss, MeanScore, type Outcome, type OutcomeForecast, outcomeOf } from "./forecast-scores.ts";
import { leagueHistory } from "../results/league-history.ts";
import {
  removeMargin,
  blendRates,
  MARKET_WEIGHT,
  type MarketView,
  over25Of,
  ratesFromMarket,
  viewOf,
  kickOffGrid,
  type GoalRates,
} from "@touchline/model";
import type { MatchOdds, ResultRow, TotalOdds } from "../results/result-row.ts";
import type { Steps } from "../fit/steps.ts";
import { GOALS_ONLY, SIGNALS, signalsIn } from "../fit/signals.ts";
import { type GoalForecast, WalkForward } from "../fit/walk-forward.ts";

export interface ForecastAccuracy {
  /** From earlier results alone; plain Dixon-Coles; base rates; each on the same matches. */
  readonly model: OutcomeScores;
  readonly dixonColes: OutcomeScores;
  readonly baseRates: OutcomeScores;
  /** Closing odds, and odds before the match, alone and with the model; NaN without odds. */
  readonly closing: OutcomeScores;
  readonly market: OutcomeScores;
  readonly blended: OutcomeScores;
  readonly ouLogLoss: number;
  readonly bttsLogLoss: number;
  readonly marketOuLogLoss: number;
  readonly seasons: readonly SeasonScores[];
  readonly calibration: CalibrationBins;
}

/** Seasons read before the first one that is scored, where there are enough. */
const UNSCORED_SEASONS = 2;

/** Scores rolling forecasts league by league; every forecast uses earlier rows of its own league only. */
export class ForecastMeter {
  readonly #model = new OutcomeMeans();
  readonly #plain = new OutcomeMeans();
  readonly #base = new OutcomeMeans();
  readonly #closing = new OutcomeMeans();
  readonly #market = new OutcomeMeans();
  readonly #blended = new OutcomeMeans();
  readonly #over = new MeanScore();
  readonly #both = new MeanScore();
  readonly #marketOver = new MeanScore();
  readonly #seasons: SeasonScores[] = [];
  readonly #calibration = new CalibrationSet();

  /**
   * Forecasts and scores one league, week by week. Yields the number of matches forecast so far.
   * @param rows of one division
   * @returns the goal rates forecast for each row, for whoever goes on from them (in play)
   */
  *addLeague(rows: readonly ResultRow[]): Steps<number, Map<ResultRow, GoalForecast>> {
    const history = leagueHistory(rows);
    const walk = new WalkForward(history, signalsIn(rows, SIGNALS));
    const plain = new WalkForward(history, GOALS_ONLY);
    const scored = scoredRows(history.rows, history.seasons);
    const forecasts = new Map<ResultRow, GoalForecast>();
    const shares = new BaseRates(history.rows);
    const season = new SeasonMeans((scores) => this.#seasons.push(scores));
    for (let round = walk.nextRound(); round.length > 0; round = walk.nextRound()) {
      const plainRound = plain.nextRound();
      round.forEach((forecast, index) => {
        forecasts.set(forecast.row, forecast);
        if (!scored.has(forecast.row)) return;
        this.#score(forecast, plainRound[index]!, shares.before(forecast.row), season);
      });
      yield forecasts.size;
    }
    season.close();
    return forecasts;
  }

  #score(forecast: GoalForecast, plain: GoalForecast, base: OutcomeForecast, season: SeasonMeans): void {
    const { row } = forecast;
    const outcome = outcomeOf(row.goals.home, row.goals.away);
    const view = viewOf(kickOffGrid(forecast));
    const own: OutcomeForecast = [view.home, view.draw, view.away];
    this.#model.add(own, outcome);
    this.#plain.add(outcomesOf(plain), outcome);
    this.#base.add(base, outcome);
    const closing = row.closingOdds && outcomesOfOdds(row.closingOdds);
    if (closing) this.#closing.add(closing, outcome);
    season.add(row, own, closing, outcome);
    const over = row.goals.home + row.goals.away > 2;
    const both = row.goals.home > 0 && row.goals.away > 0;
    this.#over.add(binaryLogLoss(view.over25, over));
    this.#both.add(binaryLogLoss(view.bothScore, both));
    this.#calibration.add(view, row.goals);
    this.#scoreMarket(forecast, outcome, over);
  }

  #scoreMarket(forecast: GoalForecast, outcome: Outcome, over: boolean): void {
    const { averageOdds, averageTotalOdds } = forecast.row;
    if (!averageOdds) return;
    const market = marketView(averageOdds, averageTotalOdds);
    this.#market.add([market.home, market.draw, market.away], outcome);
    const blend = blendRates(forecast, ratesFromMarket(market, forecast.rho), MARKET_WEIGHT);
    this.#blended.add(outcomesOf(blend), outcome);
    if (market.over25 !== undefined) this.#marketOver.add(binaryLogLoss(market.over25, over));
  }

  accuracy(): ForecastAccuracy {
    return {
      model: this.#model.scores(),
      dixonColes: this.#plain.scores(),
      baseRates: this.#base.scores(),
      closing: this.#closing.scores(),
      market: this.#market.scores(),
      blended: this.#blended.scores(),
      ouLogLoss: this.#over.mean,
      bttsLogLoss: this.#both.mean,
      marketOuLogLoss: this.#marketOver.mean,
      seasons: this.#seasons,
      calibration: this.#calibration.bins(),
    };
  }
}

function outcomesOf(rates: GoalRates): OutcomeForecast {
  const { home, draw, away } = viewOf(kickOffGrid(rates));
  return [home, draw, away];
}

/** Margin removed in proportion. */
export function outcomesOfOdds(odds: MatchOdds): OutcomeForecast {
  const [home, draw, away] = removeMargin([odds.home, odds.draw, odds.away]);
  return [home!, draw!, away!];
}

export function marketView(odds: MatchOdds, total: TotalOdds | undefined): MarketView {
  const [home, draw, away] = outcomesOfOdds(odds);
  if (!total) return { home, draw, away };
  return { home, draw, away, over25: over25Of(total) };
}

/** Which rows are scored: after the first two seasons, and where closing odds exist, only rows that have them. */
function scoredRows(rows: readonly ResultRow[], seasons: readonly string[]): Set<ResultRow> {
  const skipped = new Set(seasons.slice(0, Math.min(UNSCORED_SEASONS, seasons.length - 1)));
  const late = rows.filter((row) => !skipped.has(row.season));
  const priced = late.filter((row) => row.closingOdds);
  return new Set(priced.length > 0 ? priced : late);
}
