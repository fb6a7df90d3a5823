import type { Pair, Side } from "@touchline/domain";
import { type Intensities, leadClass } from "./goal-chain.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { lastGoalDistribution } from "./lead-chain.ts";
import {
  LOW_STATES,
  type LowScoreWeights,
  lowStateOf,
  lowTransitions,
  NIL_NIL,
  NIL_ONE,
  ONE_ALL_AWAY_FIRST,
  ONE_ALL_HOME_FIRST,
  ONE_NIL,
  stateExcess,
  weightAfter,
} from "./low-scores.ts";
import { goalsAhead } from "./score-grids.ts";
import { halvesPlayed, type MatchRates, penaltyInNormalTime, type Situation } from "../situation/situation.ts";

/** Chances that a side scores, and that no goal falls. Sum to 1. */
export interface GoalChances extends Pair {
  readonly none: number;
}

const NO_GOAL: GoalChances = { home: 0, away: 0, none: 1 };

/** Who scores the next goal within the 90 minutes, if anyone. */
export function nextGoal(rates: MatchRates, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): GoalChances {
  return nextGoalWithin("match", rates, situation, params);
}

/** Who scores the next goal before the current half ends; before kick-off and at half-time, in the half to come. */
export function nextGoalInHalf(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): GoalChances {
  return nextGoalWithin("half", rates, situation, params);
}

function nextGoalWithin(
  span: "match" | "half",
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams,
): GoalChances {
  const played = halvesPlayed(situation.stage);
  if (played === 2) return NO_GOAL;
  const { intensities, weights, first, second } = goalsAhead(rates, situation, params);
  const whole = first + second;
  const within = span === "match" ? whole : played === 0 ? first : second;
  const chances = firstGoalFrom(situation.score, intensities, weights, within, whole - within);
  return afterPenalty(chances, situation, params);
}

/** A pending penalty comes first: scored, it is the next goal. */
function afterPenalty(chances: GoalChances, situation: Situation, params: InPlayParams): GoalChances {
  const side = penaltyInNormalTime(situation);
  if (!side) return chances;
  const missed = 1 - params.penaltyConversion;
  const home = missed * chances.home + (side === "home" ? params.penaltyConversion : 0);
  const away = missed * chances.away + (side === "away" ? params.penaltyConversion : 0);
  return { home, away, none: missed * chances.none };
}

/** First goal within `share`, with `rest` of the match after it: the chain's answer, weighed by the final score. */
export function firstGoalFrom(
  score: Pair,
  intensities: Intensities,
  weights: LowScoreWeights,
  share: number,
  rest: number,
): GoalChances {
  const own = leadClass(score.home - score.away);
  const total = intensities.home[own]! + intensities.away[own]!;
  if (total <= 0 || share <= 0) return NO_GOAL;
  const none = Math.exp(-total * share);
  const home = ((1 - none) * intensities.home[own]!) / total;
  const state = lowStateOf(score);
  if (state < 0) return { home, away: 1 - none - home, none };
  const after = weightAfter(lowTransitions(intensities, rest), weights);
  const reachable = lowTransitions(intensities, share);
  const from = state * LOW_STATES;
  let homeExcess = 0;
  let awayExcess = 0;
  for (let to = 0; to < LOW_STATES; to++) {
    if (to === state) continue;
    const excess = reachable[from + to]! * (after[to]! - 1);
    if (firstScorer(state, to) === "home") homeExcess += excess;
    else awayExcess += excess;
  }
  const noneExcess = none * (after[state]! - 1);
  const weight = 1 + homeExcess + awayExcess + noneExcess;
  if (!(weight > 0)) return { home, away: 1 - none - home, none };
  const weighedHome = (home + homeExcess) / weight;
  const weighedNone = (none + noneExcess) / weight;
  return { home: weighedHome, away: 1 - weighedHome - weighedNone, none: weighedNone };
}

/** Who scored first on the way from one low state to another; states that cannot be reached carry no mass. */
function firstScorer(from: number, to: number): "home" | "away" {
  if (from === ONE_NIL) return "away";
  if (from === NIL_ONE) return "home";
  return to === ONE_NIL || to === ONE_ALL_HOME_FIRST ? "home" : "away";
}

/**
 * Who scores the last of the goals still to come in the 90 minutes; `none` is no further goal, when the last goal so
 * far stays the last.
 */
export function lastGoal(rates: MatchRates, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): GoalChances {
  if (halvesPlayed(situation.stage) === 2) return NO_GOAL;
  const { intensities, weights, first, second } = goalsAhead(rates, situation, params);
  const share = first + second;
  const side = penaltyInNormalTime(situation);
  const missed = lastGoalFrom(situation.score, intensities, weights, share);
  if (!side) return missed;
  const { home, away } = situation.score;
  const scored = side === "home" ? { home: home + 1, away } : { home, away: away + 1 };
  const after = lastGoalFrom(scored, intensities, weights, share);
  const chance = params.penaltyConversion;
  const blend = (own: Side) => chance * (after[own] + (own === side ? after.none : 0)) + (1 - chance) * missed[own];
  return { home: blend("home"), away: blend("away"), none: (1 - chance) * missed.none };
}

function lastGoalFrom(score: Pair, intensities: Intensities, weights: LowScoreWeights, share: number): GoalChances {
  const distribution = lastGoalDistribution(intensities, score.home - score.away, share);
  const state = lowStateOf(score);
  if (state < 0 || share <= 0) return distribution;
  const reachable = lowTransitions(intensities, share);
  let homeExcess = 0;
  let awayExcess = 0;
  for (let to = 0; to < LOW_STATES; to++) {
    if (to === state) continue;
    const excess = reachable[state * LOW_STATES + to]! * stateExcess(weights, to);
    if (lastScorer(state, to) === "home") homeExcess += excess;
    else awayExcess += excess;
  }
  const noneExcess = distribution.none * stateExcess(weights, state);
  const weight = 1 + homeExcess + awayExcess + noneExcess;
  if (!(weight > 0)) return distribution;
  const home = (distribution.home + homeExcess) / weight;
  const none = (distribution.none + noneExcess) / weight;
  return { home, away: 1 - home - none, none };
}

function lastScorer(from: number, to: number): Side {
  if (to === ONE_NIL) return "home";
  if (to === NIL_ONE) return "away";
  if (from === NIL_NIL) return to === ONE_ALL_AWAY_FIRST ? "home" : "away";
  return from === ONE_NIL ? "away" : "home";
}
