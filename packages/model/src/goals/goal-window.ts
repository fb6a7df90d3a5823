import type { CountGrid, Pair } from "@touchline/domain";
import { type ClockPoint, remainingShare, shareUntil } from "../situation/clock-profile.ts";
import { certainCounts, mixGrids, shiftGrid } from "../counts/count-grid.ts";
import { goalDistributionOverLeads } from "./goal-distribution-memo.ts";
import type { Intensities } from "./goal-chain.ts";
import { goalIntensities } from "./goal-intensities.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { leadDistribution } from "./lead-chain.ts";
import {
  LOW_STATES,
  type LowScoreWeights,
  lowScoreWeights,
  lowStateOf,
  lowTransitions,
  ONE_ALL_HOME_FIRST,
  weightAfter,
} from "./low-scores.ts";
import {
  halvesPlayed,
  type MatchRates,
  penaltyInNormalTime,
  type Situation,
  withGoal,
} from "../situation/situation.ts";

/**
 * Part of the match clock, `from` included, `to` not. `{ half: "first", minute: Infinity }` is the end of the first
 * half.
 */
export interface ClockWindow {
  readonly from: ClockPoint;
  readonly to: ClockPoint;
}

const NO_GOALS: Pair = { home: 0, away: 0 };

/**
 * Distribution of the goals each side scores inside a clock window, of which a part may be over.
 * @param already goals scored inside the window so far: the offset of the answer
 */
export function goalWindowGrid(
  rates: MatchRates,
  situation: Situation,
  window: ClockWindow,
  already: Pair = NO_GOALS,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  const ahead = sharesAround(situation, window, params);
  if (ahead.within <= 0) return certainCounts(already);
  const intensities = goalIntensities(rates, params, situation.reds, situation.pace);
  const weights = lowScoreWeights(rates.home, rates.away, rates.rho);
  const from = (score: Pair) => windowFrom(score, ahead, intensities, weights);
  const distribution = overPenalty(situation, ahead, params, from);
  return shiftGrid(distribution, already.home, already.away);
}

interface SharesAround {
  readonly before: number;
  readonly within: number;
  readonly after: number;
}

function sharesAround(situation: Situation, window: ClockWindow, params: InPlayParams): SharesAround {
  if (halvesPlayed(situation.stage) === 2) return { before: 0, within: 0, after: 0 };
  const remaining = remainingShare(situation, params.goalProfile, params);
  const whole = remaining.first + remaining.second;
  const before = shareUntil(situation, window.from, params.goalProfile, params);
  const until = shareUntil(situation, window.to, params.goalProfile, params);
  return { before, within: Math.max(0, until - before), after: Math.max(0, whole - until) };
}

/** A pending penalty is taken now: its goal counts for the window if the window has begun. */
function overPenalty(
  situation: Situation,
  ahead: SharesAround,
  params: InPlayParams,
  from: (score: Pair) => CountGrid,
): CountGrid {
  const side = penaltyInNormalTime(situation);
  if (!side) return from(situation.score);
  const scored = from(withGoal(situation.score, side));
  const counted = ahead.before > 0 ? scored : shiftGrid(scored, side === "home" ? 1 : 0, side === "away" ? 1 : 0);
  return mixGrids(counted, from(situation.score), params.penaltyConversion);
}

function windowFrom(score: Pair, ahead: SharesAround, intensities: Intensities, weights: LowScoreWeights): CountGrid {
  const start = leadDistribution(intensities, score.home - score.away, ahead.before);
  const sum = goalDistributionOverLeads(intensities, start.lowest, start.mass, ahead.within);
  weighByFinalScore(sum, score, ahead, intensities, weights);
  return sum;
}

/** Adds, for each way to a low final score, what its weight adds to the window it passes through; scales to 1. */
function weighByFinalScore(
  sum: CountGrid,
  score: Pair,
  ahead: SharesAround,
  intensities: Intensities,
  weights: LowScoreWeights,
): void {
  const now = lowStateOf(score);
  if (now < 0) return;
  const before = lowTransitions(intensities, ahead.before);
  const within = lowTransitions(intensities, ahead.within);
  const expected = weightAfter(lowTransitions(intensities, ahead.after), weights);
  let total = 1;
  for (let start = 0; start < LOW_STATES; start++) {
    for (let end = 0; end < LOW_STATES; end++) {
      const path = before[now * LOW_STATES + start]! * within[start * LOW_STATES + end]!;
      if (path === 0) continue;
      const home = goalsOf(end).home - goalsOf(start).home;
      const away = goalsOf(end).away - goalsOf(start).away;
      const excess = path * (expected[end]! - 1);
      total += excess;
      if (home < sum.rows && away < sum.cols) sum.cells[home * sum.cols + away]! += excess;
    }
  }
  for (let cell = 0; cell < sum.cells.length; cell++) sum.cells[cell]! /= total;
}

function goalsOf(state: number): Pair {
  return state >= ONE_ALL_HOME_FIRST ? { home: 1, away: 1 } : { home: state & 1, away: state >> 1 };
}
