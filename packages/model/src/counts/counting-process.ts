import type { CountGrid, Pair } from "@touchline/domain";
import { certainCounts, gridFromWeights } from "./count-grid.ts";
import type { CountRates } from "../situation/situation.ts";

/**
 * Counts that come at a rate we are unsure of (corners, cards). The match total has a gamma rate, the home side's share
 * a beta distribution, independent of each other; so both stay what they are after counting: gamma(size + n, size/mean
 * + s) and beta(a + home, b + away) after n counts in share s of the match. The rest of the total is then negative
 * binomial, its split beta-binomial. A share concentration below `size` makes the two sides' counts correlate
 * negatively (corners), above it positively (cards); equal to it, the sides are independent gamma-Poisson counts.
 */
export interface CountingProcess {
  readonly rates: CountRates;
  /** Beta concentration of the home share. */
  readonly shareConcentration: number;
}

/** Largest number of further counts that has a state of its own. */
const MOST_COUNTS = 200;
const TAIL = 1e-14;
const weights = new Float64Array(256 * 256);
const homeWays = new Float64Array(256);
const awayWays = new Float64Array(256);
const totalDistribution = new Float64Array(256);

/**
 * Distribution of the final counts.
 * @param counted counts so far   @param played share of the match they took   @param left share still to be counted
 */
export function finalCounts(process: CountingProcess, counted: Pair, played: number, left: number): CountGrid {
  const { home, away, size } = process.rates;
  const mean = home + away;
  if (!(mean > 0) || left <= 0) return certainCounts(counted);
  const shape = size + counted.home + counted.away;
  const rate = size / mean + played;
  const most = loadNegativeBinomial(shape, left / (rate + left));
  const alpha = (process.shareConcentration * home) / mean + counted.home;
  const beta = (process.shareConcentration * away) / mean + counted.away;
  const stride = most + 1;
  loadSplits(alpha, beta, stride);
  for (let h = 0; h < stride; h++) {
    const row = h * stride;
    const ways = homeWays[h]!;
    for (let a = 0; a < stride - h; a++) weights[row + a] = ways * awayWays[a]! * totalDistribution[h + a]!;
    for (let a = stride - h; a < stride; a++) weights[row + a] = 0;
  }
  return gridFromWeights(counted.home, counted.away, weights, stride, 0);
}

/** P(total = n) into `totalDistribution`, until the tail is below 1e-14; returns the largest n. */
function loadNegativeBinomial(shape: number, chance: number): number {
  const mean = (shape * chance) / (1 - chance);
  let term = Math.exp(shape * Math.log1p(-chance));
  let sum = term;
  totalDistribution[0] = term;
  let n = 0;
  while (n < MOST_COUNTS && !(n > mean && 1 - sum < TAIL) && !(n > mean && term < TAIL * 1e-3)) {
    n++;
    term *= (chance * (shape + n - 1)) / n;
    totalDistribution[n] = term;
    sum += term;
  }
  return n;
}

/**
 * Beta-binomial split as a product: C(n, h) B(alpha + h, beta + a) / B(alpha, beta) =
 * [alpha]_h / h! * [beta]_a / a! / ([alpha + beta]_n / n!); the last factor is divided out of `totalDistribution`.
 */
function loadSplits(alpha: number, beta: number, stride: number): void {
  homeWays[0] = 1;
  awayWays[0] = 1;
  let whole = 1;
  for (let n = 1; n < stride; n++) {
    homeWays[n] = (homeWays[n - 1]! * (alpha + n - 1)) / n;
    awayWays[n] = (awayWays[n - 1]! * (beta + n - 1)) / n;
    whole *= (alpha + beta + n - 1) / n;
    totalDistribution[n]! /= whole;
  }
}

/** Chances that the next count is the home side's, the away side's, or that none comes within `left`. */
export function nextCount(
  process: CountingProcess,
  counted: Pair,
  played: number,
  left: number,
): Pair & { readonly none: number } {
  const { home, away, size } = process.rates;
  const mean = home + away;
  if (!(mean > 0) || left <= 0) return { home: 0, away: 0, none: 1 };
  const shape = size + counted.home + counted.away;
  const rate = size / mean + played;
  const none = Math.exp(-shape * Math.log1p(left / rate));
  const alpha = (process.shareConcentration * home) / mean + counted.home;
  const beta = (process.shareConcentration * away) / mean + counted.away;
  const share = alpha / (alpha + beta);
  return { home: (1 - none) * share, away: (1 - none) * (1 - share), none };
}
