import type { CountGrid, Pair } from "@touchline/domain";
import { remainingShare } from "../situation/clock-profile.ts";
import { certainCounts, mixGrids, shiftGrid } from "../counts/count-grid.ts";
import { goalIntensities } from "./goal-intensities.ts";
import { goalDistribution, type Intensities } from "./goal-chain.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import {
  excessOf,
  lowScoreWeights,
  type LowScoreWeights,
  lowStateOf,
  lowTransitions,
  weightAfter,
} from "./low-scores.ts";
import {
  fullTimeScoreOf,
  type GoalRates,
  halfTimeScoreOf,
  halvesPlayed,
  type MatchRates,
  penaltyInNormalTime,
  type Situation,
  withGoal,
} from "../situation/situation.ts";

/**
 * Distribution of the score after 90 minutes and their stoppage. Reads score, stage, clock, stoppage, reds and a
 * pending penalty; no corners and no cards. A point mass once the 90 minutes are over.
 */
export function finalScoreGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  if (halvesPlayed(situation.stage) === 2) return certainCounts(fullTimeScoreOf(situation));
  const goals = goalsAhead(rates, situation, params);
  return overPenalty(situation, params, (score) => finalFrom(score, goals));
}

/**
 * Distribution of the final score before kick-off, for those who have no situation at hand; same as `finalScoreGrid`
 * there.
 */
export function kickOffGrid(rates: GoalRates, params: InPlayParams = DEFAULT_IN_PLAY): CountGrid {
  const distribution = goalDistribution(goalIntensities(rates, params, { home: 0, away: 0 }), 0, 1);
  return weighLowScores(distribution, lowScoreWeights(rates.home, rates.away, rates.rho));
}

/** Distribution of the score at half-time; a point mass from half-time on. */
export function firstHalfGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  if (halvesPlayed(situation.stage) > 0) return certainCounts(halfTimeScoreOf(situation));
  const goals = goalsAhead(rates, situation, params);
  const weightAtHalfTime = weightAfter(lowTransitions(goals.intensities, goals.second), goals.weights);
  return overPenalty(situation, params, (score) => halfTimeFrom(score, goals, weightAtHalfTime));
}

/** Everything about the goals of the rest of the 90 minutes that does not depend on the score. */
export interface GoalsAhead {
  readonly intensities: Intensities;
  readonly weights: LowScoreWeights;
  /** Shares of a match left in each half. */
  readonly first: number;
  readonly second: number;
}

export function goalsAhead(rates: MatchRates, situation: Situation, params: InPlayParams): GoalsAhead {
  const { first, second } = remainingShare(situation, params.goalProfile, params);
  return {
    intensities: goalIntensities(rates, params, situation.reds, situation.pace),
    weights: lowScoreWeights(rates.home, rates.away, rates.rho),
    first,
    second,
  };
}

/** A distribution from the score as it stands, or the mixture over a pending penalty being scored and missed. */
export function overPenalty(situation: Situation, params: InPlayParams, from: (score: Pair) => CountGrid): CountGrid {
  const side = penaltyInNormalTime(situation);
  if (!side) return from(situation.score);
  return mixGrids(from(withGoal(situation.score, side)), from(situation.score), params.penaltyConversion);
}

/** Distribution of the final score from `score` with everything in `goals` still to come. */
export function finalFrom(score: Pair, goals: GoalsAhead): CountGrid {
  const distribution = goalDistribution(goals.intensities, score.home - score.away, goals.first + goals.second);
  return weighLowScores(shiftGrid(distribution, score.home, score.away), goals.weights);
}

/** Distribution of the half-time score from `score`, each one weighed by the final scores it leads to. */
export function halfTimeFrom(score: Pair, goals: GoalsAhead, weightAtHalfTime: Float64Array): CountGrid {
  const distribution = goalDistribution(goals.intensities, score.home - score.away, goals.first);
  return weighed(shiftGrid(distribution, score.home, score.away), (half) => {
    const state = lowStateOf(half);
    return state < 0 ? 0 : weightAtHalfTime[state]! - 1;
  });
}

/** The distribution times tau, scaled to 1. */
export function weighLowScores(distribution: CountGrid, weights: LowScoreWeights): CountGrid {
  return weighed(distribution, (score) => excessOf(weights, score.home, score.away));
}

/** The distribution times (1 + excess), scaled to 1; only scores up to 1-1 can have an excess. */
function weighed(distribution: CountGrid, excess: (score: Pair) => number): CountGrid {
  if (lowStateOf({ home: distribution.home0, away: distribution.away0 }) < 0) return distribution;
  const cells = distribution.cells.slice();
  let added = 0;
  for (let home = distribution.home0; home <= 1 && home < distribution.home0 + distribution.rows; home++) {
    for (let away = distribution.away0; away <= 1 && away < distribution.away0 + distribution.cols; away++) {
      const cell = (home - distribution.home0) * distribution.cols + (away - distribution.away0);
      const extra = cells[cell]! * excess({ home, away });
      cells[cell]! += extra;
      added += extra;
    }
  }
  const total = 1 + added;
  // A weight of zero on the only score still possible says nothing about it.
  if (!(total > 0)) return distribution;
  for (let cell = 0; cell < cells.length; cell++) cells[cell]! /= total;
  return { ...distribution, cells };
}
