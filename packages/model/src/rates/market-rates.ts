import type { CountGrid, Pair } from "@touchline/domain";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { removeMargin } from "./margin.ts";
import { kickOffGrid } from "../goals/score-grids.ts";
import type { GoalRates } from "../situation/situation.ts";

/** Weight of the market in a blend: the model adds little to it, and takes little away. */
export const MARKET_WEIGHT = 0.9;

/** Probabilities the market gives, margin removed. Without a total, the expected goals follow from the draw. */
export interface MarketView {
  readonly home: number;
  readonly draw: number;
  readonly away: number;
  /** P(more than 2.5 goals). */
  readonly over25?: number;
}

const FEWEST_GOALS = 0.2;
const MOST_GOALS = 12;
const FURTHEST_RATIO = 4;
const CLOSE_ENOUGH = 1e-9;

/**
 * Expected goals under which the model says what the market says: P(home) - P(away), and P(over 2.5) or else P(draw).
 * Newton's method on log total and log ratio. The third price is left to the model; rho decides how the draw comes out.
 * @returns the nearest rates inside the bounds when no rates say exactly that
 */
export function ratesFromMarket(market: MarketView, rho: number, params: InPlayParams = DEFAULT_IN_PLAY): GoalRates {
  let total = Math.log(2.7);
  let ratio = 0;
  let gap = gapAt(total, ratio, market, rho, params);
  for (let round = 0; round < 40 && sizeOf(gap) > CLOSE_ENOUGH; round++) {
    const step = newtonStep(total, ratio, gap, market, rho, params);
    if (!step) break;
    // A full step can overshoot between a hopeless outsider and a price near certainty: halve until it helps.
    let scale = 1;
    let next = gap;
    for (let halving = 0; halving < 12; halving++) {
      next = gapAt(boundedTotal(total + scale * step[0]), boundedRatio(ratio + scale * step[1]), market, rho, params);
      if (sizeOf(next) < sizeOf(gap)) break;
      scale /= 2;
    }
    if (sizeOf(next) >= sizeOf(gap)) break;
    total = boundedTotal(total + scale * step[0]);
    ratio = boundedRatio(ratio + scale * step[1]);
    gap = next;
  }
  return { ...ratesAt(total, ratio), rho };
}

function ratesAt(total: number, ratio: number): Pair {
  const home = Math.exp(total) / (1 + Math.exp(-ratio));
  return { home, away: Math.exp(total) - home };
}

type Gap = readonly [number, number];

function gapAt(total: number, ratio: number, market: MarketView, rho: number, params: InPlayParams): Gap {
  const view = viewOf(kickOffGrid({ ...ratesAt(total, ratio), rho }, params));
  const second = market.over25 === undefined ? market.draw - view.draw : view.over25 - market.over25;
  return [view.home - view.away - (market.home - market.away), second];
}

function newtonStep(
  total: number,
  ratio: number,
  gap: Gap,
  market: MarketView,
  rho: number,
  params: InPlayParams,
): Gap | undefined {
  const nudge = 1e-5;
  const byTotal = gapAt(total + nudge, ratio, market, rho, params);
  const byRatio = gapAt(total, ratio + nudge, market, rho, params);
  const a = (byTotal[0] - gap[0]) / nudge;
  const b = (byRatio[0] - gap[0]) / nudge;
  const c = (byTotal[1] - gap[1]) / nudge;
  const d = (byRatio[1] - gap[1]) / nudge;
  const determinant = a * d - b * c;
  if (Math.abs(determinant) < 1e-12) return undefined;
  return [(b * gap[1] - d * gap[0]) / determinant, (c * gap[0] - a * gap[1]) / determinant];
}

/** Outcome probabilities of a final-score distribution, and those of over 2.5 goals and both sides scoring. */
export function viewOf(grid: CountGrid): Required<MarketView> & { readonly bothScore: number } {
  let home = 0;
  let draw = 0;
  let away = 0;
  let over25 = 0;
  let bothScore = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      const mass = grid.cells[row * grid.cols + col]!;
      const h = grid.home0 + row;
      const a = grid.away0 + col;
      if (h > a) home += mass;
      else if (h === a) draw += mass;
      else away += mass;
      if (h + a > 2) over25 += mass;
      if (h > 0 && a > 0) bothScore += mass;
    }
  }
  return { home, draw, away, over25, bothScore };
}

/** Model and market in one: the geometric mean of their rates, `marketWeight` of it the market's. */
export function blendRates(model: GoalRates, market: GoalRates, marketWeight: number): GoalRates {
  const mix = (one: number, other: number) => one ** (1 - marketWeight) * other ** marketWeight;
  return {
    home: mix(model.home, market.home),
    away: mix(model.away, market.away),
    rho: (1 - marketWeight) * model.rho + marketWeight * market.rho,
  };
}

function boundedTotal(log: number): number {
  return Math.min(Math.log(MOST_GOALS), Math.max(Math.log(FEWEST_GOALS), log));
}

function boundedRatio(log: number): number {
  return Math.min(FURTHEST_RATIO, Math.max(-FURTHEST_RATIO, log));
}

function sizeOf(gap: Gap): number {
  return Math.abs(gap[0]) + Math.abs(gap[1]);
}

/**
 * P(more than 2.5 goals) behind average prices. Bookmakers take more of the margin from the unlikely side: with the
 * power method, prices of nine seasons are calibrated (slope 0.99 +- 0.05 on the log odds), in proportion they are not
 * (1.09).
 */
export function over25Of({ over, under }: { readonly over: number; readonly under: number }): number {
  return removeMargin([over, under], "power")[0]!;
}
