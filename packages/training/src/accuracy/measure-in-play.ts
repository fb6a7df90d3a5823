import { type CalibrationBins, CalibrationSet, countBins, type ScoredView } from "./calibration-set.ts";
import { binaryLogLoss, logLoss, MeanScore, outcomeOf, rankedProbabilityScore } from "./forecast-scores.ts";
import {
  DEFAULT_IN_PLAY,
  type InPlayParams,
  type MarketView,
  ratesFromMarket,
  viewOf,
  paceOf,
  finalScoreGrid,
  type GoalRates,
  type MatchRates,
  type Situation,
} from "@touchline/model";
import { marketView } from "./measure-forecasts.ts";
import type { ResultRow } from "../results/result-row.ts";
import { PRIOR_RHO } from "../fit/signal-weights.ts";
import type { Steps } from "../fit/steps.ts";
import { type Checkpoint, CHECKPOINTS, situationAt } from "./checkpoint.ts";
import type { TimelineMatch } from "../results/timeline-match.ts";

/** Scores of the predictions made at one moment of the match. */
export interface InPlayScores {
  /** "0", "15", "30", "HT", "60", "75", "85". */
  readonly minute: string;
  readonly matches: number;
  readonly rps: number;
  readonly logLoss: number;
  readonly ouLogLoss: number;
  readonly bttsLogLoss: number;
  readonly calibration: CalibrationBins;
  /** Bins within two standard errors, and bins. */
  readonly calibratedBins: number;
  readonly bins: number;
}

/** A match with all that its in-play predictions start from. */
export interface StartedMatch {
  readonly timeline: TimelineMatch;
  /**
   * Closing odds on the outcome and average odds on 2.5 goals, margins removed; or goal rates where nobody offered
   * odds.
   */
  readonly start: { readonly market: MarketView; readonly rho: number } | { readonly rates: GoalRates };
}

/** Rates as they were forecast for a row before its week; undefined for rows that were not forecast. */
export type ForecastOf = (row: ResultRow) => GoalRates | undefined;

/**
 * Timelines joined to their results rows. In-play predictions start from closing odds, and matches without are left
 * out; only where no match of all has odds, they start from the forecasts.
 */
export function startMatches(
  timelines: readonly TimelineMatch[],
  rows: readonly ResultRow[],
  forecastOf: ForecastOf,
): StartedMatch[] {
  const byKey = new Map(rows.map((row) => [keyOf(row.division, row.date, row.home, row.away), row]));
  const joined = timelines.flatMap((timeline) => {
    const { division, date, home, away } = timeline.results;
    const row = byKey.get(keyOf(division, date, home, away));
    return row ? [{ timeline, row }] : [];
  });
  const priced = joined.flatMap(({ timeline, row }): StartedMatch[] => {
    if (!row.closingOdds) return [];
    const market = marketView(row.closingOdds, row.averageTotalOdds);
    return [{ timeline, start: { market, rho: forecastOf(row)?.rho ?? PRIOR_RHO } }];
  });
  if (priced.length > 0) return priced;
  return joined.flatMap(({ timeline, row }): StartedMatch[] => {
    const rates = forecastOf(row);
    return rates ? [{ timeline, start: { rates } }] : [];
  });
}

function keyOf(...parts: string[]): string {
  return parts.join("|");
}

/** Scores predictions at each checkpoint. Yields the number of matches scored. */
export function* measureInPlay(
  matches: readonly StartedMatch[],
  expectedStoppage: Situation["expectedStoppage"],
  params: InPlayParams = DEFAULT_IN_PLAY,
): Steps<number, InPlayScores[]> {
  const means = CHECKPOINTS.map((checkpoint) => new CheckpointMeans(checkpoint));
  for (const [index, match] of matches.entries()) {
    const rates = withoutCounts(startingRates(match, params));
    for (const checkpoint of means) checkpoint.add(rates, match.timeline, expectedStoppage, params);
    yield index + 1;
  }
  return matches.length === 0 ? [] : means.map((checkpoint) => checkpoint.scores());
}

/**
 * Goal rates that fit the odds. Where rates mean the level score, they are those that fit the odds if leads changed
 * nothing: factors are measured against them.
 */
export function startingRates({ start }: StartedMatch, params: InPlayParams): GoalRates {
  if ("rates" in start) return start.rates;
  const even = [1, 1, 1, 1, 1];
  const solved = params.ratesMean === "match" ? params : { ...params, leadFactors: { home: even, away: even } };
  return ratesFromMarket(start.market, start.rho, solved);
}

function withoutCounts(rates: GoalRates): MatchRates {
  const none = { home: 0, away: 0, size: 1 };
  return { ...rates, corners: none, cards: none };
}

class CheckpointMeans {
  readonly #checkpoint: Checkpoint;
  readonly #rps = new MeanScore();
  readonly #loss = new MeanScore();
  readonly #over = new MeanScore();
  readonly #both = new MeanScore();
  readonly #calibration = new CalibrationSet();

  constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint;
  }

  add(
    rates: MatchRates,
    timeline: TimelineMatch,
    expectedStoppage: Situation["expectedStoppage"],
    params: InPlayParams,
  ): void {
    const met = situationAt(timeline, this.#checkpoint, expectedStoppage);
    const situation = { ...met, pace: paceOf(rates, met, params) };
    const view: ScoredView = viewOf(finalScoreGrid(rates, situation, params));
    const { home, away } = timeline.fullTime;
    const outcome = outcomeOf(home, away);
    this.#rps.add(rankedProbabilityScore([view.home, view.draw, view.away], outcome));
    this.#loss.add(logLoss([view.home, view.draw, view.away][outcome]!));
    this.#over.add(binaryLogLoss(view.over25, home + away > 2));
    this.#both.add(binaryLogLoss(view.bothScore, home > 0 && away > 0));
    this.#calibration.add(view, timeline.fullTime);
  }

  scores(): InPlayScores {
    const calibration = this.#calibration.bins();
    return {
      minute: this.#checkpoint.name,
      matches: this.#rps.count,
      rps: this.#rps.mean,
      logLoss: this.#loss.mean,
      ouLogLoss: this.#over.mean,
      bttsLogLoss: this.#both.mean,
      calibration,
      ...countBins(calibration),
    };
  }
}
