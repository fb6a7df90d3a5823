import type { Pair } from "@touchline/domain";
import { type Intensities, leadClass } from "./goal-chain.ts";

/**
 * Dixon and Coles (1997) weigh the four lowest final scores by tau. In play the same weight stays on the *final* score:
 * the distribution from any situation is the goal chain's distribution times tau(final score), scaled to 1. That is the
 * exact conditional distribution of the weighted match, so all predictions of one match agree with each other and with
 * the one before kick-off (they are martingales), and the correction fades by itself: it is gone once a side has two
 * goals, and when time runs out there is only one final score left to weigh.
 */
export interface LowScoreWeights {
  /** tau - 1 of 0-0, 1-0, 0-1 and 1-1. */
  readonly excess: Float64Array;
}

/**
 * Low final scores as states, 1-1 by who scored first: events before a goal must be distinguished from events after it.
 */
export const NIL_NIL = 0;
export const ONE_NIL = 1;
export const NIL_ONE = 2;
export const ONE_ALL_HOME_FIRST = 3;
export const ONE_ALL_AWAY_FIRST = 4;
export const LOW_STATES = 5;

/**
 * tau - 1 for the rates before kick-off. Rho is held inside the range in which no weight is negative:
 * max(-1/home, -1/away) to min(1/(home*away), 1).
 */
export function lowScoreWeights(home: number, away: number, rho: number): LowScoreWeights {
  const held = Math.min(Math.max(rho, -1 / Math.max(home, away, 1e-9)), 1 / Math.max(home * away, 1));
  return { excess: Float64Array.of(-home * away * held, away * held, home * held, -held) };
}

/** tau - 1 of a final score; 0 when a side has two goals. */
export function excessOf(weights: LowScoreWeights, home: number, away: number): number {
  return home > 1 || away > 1 ? 0 : weights.excess[away * 2 + home]!;
}

/** tau - 1 of a low state. */
export function stateExcess(weights: LowScoreWeights, state: number): number {
  return weights.excess[state < ONE_ALL_HOME_FIRST ? state : 3]!;
}

/** The low state of a score, or -1 when a side has two goals. At 1-1 who came first no longer matters. */
export function lowStateOf(score: Pair): number {
  return score.home > 1 || score.away > 1 ? -1 : score.away * 2 + score.home;
}

/**
 * P(state `to` after `share` | state `from`), as `[from * LOW_STATES + to]`; mass that leaves the low scores is lost.
 * Closed form: at most two goals, each state left at its own rate.
 */
export function lowTransitions(intensities: Intensities, share: number): Float64Array {
  const level = leadClass(0);
  const ahead = leadClass(1);
  const behind = leadClass(-1);
  const leaveLevel = intensities.home[level]! + intensities.away[level]!;
  const leaveAhead = intensities.home[ahead]! + intensities.away[ahead]!;
  const leaveBehind = intensities.home[behind]! + intensities.away[behind]!;
  const table = new Float64Array(LOW_STATES * LOW_STATES);
  const set = (from: number, to: number, value: number) => (table[from * LOW_STATES + to] = value);
  set(NIL_NIL, NIL_NIL, Math.exp(-leaveLevel * share));
  set(ONE_NIL, ONE_NIL, Math.exp(-leaveAhead * share));
  set(NIL_ONE, NIL_ONE, Math.exp(-leaveBehind * share));
  set(ONE_ALL_HOME_FIRST, ONE_ALL_HOME_FIRST, Math.exp(-leaveLevel * share));
  set(ONE_ALL_AWAY_FIRST, ONE_ALL_AWAY_FIRST, Math.exp(-leaveLevel * share));
  const homeOpens = intensities.home[level]!;
  const awayOpens = intensities.away[level]!;
  const awayAnswers = intensities.away[ahead]!;
  const homeAnswers = intensities.home[behind]!;
  set(NIL_NIL, ONE_NIL, homeOpens * oneJumpIntegral(leaveLevel, leaveAhead, share));
  set(NIL_NIL, NIL_ONE, awayOpens * oneJumpIntegral(leaveLevel, leaveBehind, share));
  set(ONE_NIL, ONE_ALL_HOME_FIRST, awayAnswers * oneJumpIntegral(leaveAhead, leaveLevel, share));
  set(NIL_ONE, ONE_ALL_AWAY_FIRST, homeAnswers * oneJumpIntegral(leaveBehind, leaveLevel, share));
  set(NIL_NIL, ONE_ALL_HOME_FIRST, homeOpens * awayAnswers * returnIntegral(leaveLevel, leaveAhead, share));
  set(NIL_NIL, ONE_ALL_AWAY_FIRST, awayOpens * homeAnswers * returnIntegral(leaveLevel, leaveBehind, share));
  return table;
}

/** Integral over u in [0, s] of exp(-a u) exp(-b (s - u)); symmetric in a and b. */
function oneJumpIntegral(a: number, b: number, s: number): number {
  return s * Math.exp(-a * s) * phi((a - b) * s);
}

/**
 * Integral of exp(-a (s - v)) exp(-b v) (s - v) over the time v spent in the middle state: two visits at rate a, one at
 * b.
 */
function returnIntegral(a: number, b: number, s: number): number {
  return s * s * Math.exp(-a * s) * psi((a - b) * s);
}

/** (e^x - 1) / x */
function phi(x: number): number {
  return Math.abs(x) < 1e-9 ? 1 + x / 2 : Math.expm1(x) / x;
}

/** (e^x - 1 - x) / x^2, by its series where the difference would lose its digits. */
function psi(x: number): number {
  if (Math.abs(x) > 0.3) return (Math.expm1(x) - x) / (x * x);
  let term = 0.5;
  let sum = term;
  for (let k = 3; k < 14; k++) {
    term *= x / k;
    sum += term;
  }
  return sum;
}

/** Expected weight (tau) of the final score after `transitions`, for each low state to start from. */
export function weightAfter(transitions: Float64Array, weights: LowScoreWeights): Float64Array {
  const expected = new Float64Array(LOW_STATES);
  for (let from = 0; from < LOW_STATES; from++) {
    let sum = 1;
    for (let to = 0; to < LOW_STATES; to++) {
      sum += transitions[from * LOW_STATES + to]! * stateExcess(weights, to);
    }
    expected[from] = sum;
  }
  return expected;
}
