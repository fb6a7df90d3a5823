import type { CountGrid, Pair } from "@touchline/domain";
import { certainCounts, mixGrids, addScaled, shiftGrid } from "../counts/count-grid.ts";
import { goalDistributionAfter } from "./goal-distribution-memo.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { lowStateOf, lowTransitions, weightAfter } from "./low-scores.ts";
import { finalScoreGrid, type GoalsAhead, goalsAhead, halfTimeFrom, weighLowScores } from "./score-grids.ts";
import {
  halfTimeScoreOf,
  halvesPlayed,
  type MatchRates,
  penaltyInNormalTime,
  type Situation,
  withGoal,
} from "../situation/situation.ts";

/**
 * Joint distribution of the half-time score and the goals of the second half: `second[i]` is the distribution of
 * second-half goals given first-half cell i (row-major), offset by what the second half has already seen. Cells with
 * the same lead share one grid, but for the four lowest scores, which have low-score weights of their own.
 */
export interface HalfFullGrid {
  readonly first: CountGrid;
  readonly second: readonly CountGrid[];
}

/** Joint distribution of both halves' goals; its sums are `firstHalfGrid` and `finalScoreGrid`. */
export function halfFullGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): HalfFullGrid {
  if (halvesPlayed(situation.stage) > 0) {
    const half = halfTimeScoreOf(situation);
    const final = finalScoreGrid(rates, situation, params);
    return { first: certainCounts(half), second: [shiftGrid(final, -half.home, -half.away)] };
  }
  const goals = goalsAhead(rates, situation, params);
  const weightAtHalfTime = weightAfter(lowTransitions(goals.intensities, goals.second), goals.weights);
  const from = (score: Pair) => halfTimeFrom(score, goals, weightAtHalfTime);
  const side = penaltyInNormalTime(situation);
  const first = side
    ? mixGrids(from(withGoal(situation.score, side)), from(situation.score), params.penaltyConversion)
    : from(situation.score);
  return { first, second: secondHalves(first, goals) };
}

/** Second halves after rare half-time leads are cut earlier, but never more than 1e-6 of one of them. */
const RAREST_START = 1e-8;

function secondHalves(first: CountGrid, goals: GoalsAhead): CountGrid[] {
  const massByLead = leadMasses(first);
  const byLead = new Map<number, CountGrid>();
  const second: CountGrid[] = [];
  for (let row = 0; row < first.rows; row++) {
    for (let col = 0; col < first.cols; col++) {
      const half = { home: first.home0 + row, away: first.away0 + col };
      const lead = half.home - half.away;
      let distribution = byLead.get(lead);
      if (!distribution) {
        const chance = Math.max(RAREST_START, massByLead[row - col + first.cols - 1]!);
        distribution = goalDistributionAfter(goals.intensities, lead, goals.second, chance);
        byLead.set(lead, distribution);
      }
      second.push(lowStateOf(half) < 0 ? distribution : weighedSecondHalf(half, distribution, goals));
    }
  }
  return second;
}

/** P(lead) at half-time; index 0 is the lowest lead of the grid. */
function leadMasses(grid: CountGrid): Float64Array {
  const masses = new Float64Array(grid.rows + grid.cols - 1);
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      masses[row - col + grid.cols - 1]! += grid.cells[row * grid.cols + col]!;
    }
  }
  return masses;
}

function weighedSecondHalf(half: Pair, distribution: CountGrid, goals: GoalsAhead): CountGrid {
  const final = weighLowScores(shiftGrid(distribution, half.home, half.away), goals.weights);
  return shiftGrid(final, -half.home, -half.away);
}

/** Distribution of the goals each side scores in the second half. */
export function secondHalfGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  return secondHalfOf(halfFullGrid(rates, situation, params));
}

/** The second half's part of a joint distribution, for callers that hold one already. */
export function secondHalfOf(joint: HalfFullGrid): CountGrid {
  if (joint.second.length === 1) return joint.second[0]!;
  const weightByGrid = new Map<CountGrid, number>();
  let rows = 0;
  let cols = 0;
  for (let cell = 0; cell < joint.second.length; cell++) {
    const grid = joint.second[cell]!;
    weightByGrid.set(grid, (weightByGrid.get(grid) ?? 0) + joint.first.cells[cell]!);
    rows = Math.max(rows, grid.rows);
    cols = Math.max(cols, grid.cols);
  }
  const { home0, away0 } = joint.second[0]!;
  const sum: CountGrid = { home0, away0, rows, cols, cells: new Float64Array(rows * cols) };
  for (const [grid, weight] of weightByGrid) addScaled(sum, grid, weight);
  return sum;
}
