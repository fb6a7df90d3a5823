import { binaryLogLoss, logLoss, MeanScore, outcomeOf, rankedProbabilityScore } from "./forecast-scores.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "./in-play-params.ts";
import { type MarketView, ratesFromMarket, viewOf } from "./market-rates.ts";
import { marketView } from "./measure-forecasts.ts";
import type { ResultRow } from "./result-row.ts";
import { finalScoreGrid } from "./score-grids.ts";
import { PRIOR_RHO } from "./signal-weights.ts";
import type { GoalRates, MatchRates, Situation } from "./situation.ts";
import { type Checkpoint, CHECKPOINTS, situationAt, type TimelineMatch } from "./timeline.ts";

/** Scores of the predictions made at one moment of the match. */
export interface InPlayScores {
  /** "0", "15", "30", "HT", "60", "75", "85". */
  readonly minute: string;
  readonly matches: number;
  readonly rps: number;
  readonly logLoss: number;
  readonly ouLogLoss: number;
  readonly bttsLogLoss: number;
}

/** A match with all that its in-play predictions start from. */
export interface PricedMatch {
  readonly timeline: TimelineMatch;
  /** Closing odds on the outcome and average odds on 2.5 goals, margins removed. */
  readonly market: MarketView;
  /** As forecast for the league before the match. */
  readonly rho: number;
}

/** Timelines joined to their results rows; matches without closing odds are left out. */
export function priceMatches(
  timelines: readonly TimelineMatch[],
  rows: readonly ResultRow[],
  rhoOf: (row: ResultRow) => number | undefined,
): PricedMatch[] {
  const byKey = new Map(rows.map((row) => [keyOf(row.division, row.date, row.home, row.away), row]));
  return timelines.flatMap((timeline) => {
    const { division, date, home, away } = timeline.results;
    const row = byKey.get(keyOf(division, date, home, away));
    if (!row?.closingOdds) return [];
    const market = marketView(row.closingOdds, row.averageTotalOdds);
    return [{ timeline, market, rho: rhoOf(row) ?? PRIOR_RHO }];
  });
}

function keyOf(...parts: string[]): string {
  return parts.join("|");
}

/** Scores predictions at each checkpoint, from rates that fit the closing odds. */
export function measureInPlay(
  matches: readonly PricedMatch[],
  expectedStoppage: Situation["expectedStoppage"],
  params: InPlayParams = DEFAULT_IN_PLAY,
): InPlayScores[] {
  const means = CHECKPOINTS.map((checkpoint) => new CheckpointMeans(checkpoint));
  for (const { timeline, market, rho } of matches) {
    const rates = withoutCounts(closingRates(market, rho, params));
    for (const checkpoint of means) checkpoint.add(rates, timeline, expectedStoppage, params);
  }
  return means.map((checkpoint) => checkpoint.scores());
}

/** Where rates mean the level score, they are those that fit the odds if leads changed nothing: factors are measured against them. */
export function closingRates(market: MarketView, rho: number, params: InPlayParams): GoalRates {
  const even = [1, 1, 1, 1, 1];
  const solved = params.ratesMean === "match" ? params : { ...params, leadFactors: { home: even, away: even } };
  return ratesFromMarket(market, rho, solved);
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

  constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint;
  }

  add(
    rates: MatchRates,
    timeline: TimelineMatch,
    expectedStoppage: Situation["expectedStoppage"],
    params: InPlayParams,
  ): void {
    const situation = situationAt(timeline, this.#checkpoint, expectedStoppage);
    const view = viewOf(finalScoreGrid(rates, situation, params));
    const { home, away } = timeline.fullTime;
    const outcome = outcomeOf(home, away);
    this.#rps.add(rankedProbabilityScore([view.home, view.draw, view.away], outcome));
    this.#loss.add(logLoss([view.home, view.draw, view.away][outcome]!));
    this.#over.add(binaryLogLoss(view.over25, home + away > 2));
    this.#both.add(binaryLogLoss(view.bothScore, home > 0 && away > 0));
  }

  scores(): InPlayScores {
    return {
      minute: this.#checkpoint.name,
      matches: this.#rps.count,
      rps: this.#rps.mean,
      logLoss: this.#loss.mean,
      ouLogLoss: this.#over.mean,
      bttsLogLoss: this.#both.mean,
    };
  }
}
