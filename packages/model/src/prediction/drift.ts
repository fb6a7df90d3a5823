import type { Pair } from "@touchline/domain";
import { shareUntil } from "../situation/clock-profile.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { firstGoalFrom } from "../goals/next-goal.ts";
import { goalsAhead } from "../goals/score-grids.ts";
import { type MatchRates, type Situation, withGoal } from "../situation/situation.ts";

/** Largest change of a probability that may go unnoticed. */
export const DEFAULT_EPSILON = 0.005;
/**
 * Of the straight line's answer this much is believed: near a half's end probabilities bend away from it, and what a
 * match has shown of itself is learnt in steps of a minute.
 */
const TRUST_IN_LINE = 0.75;
const LONGEST_SURE_SECONDS = 600;

/**
 * Match-clock seconds until some probability has moved by more than `epsilon`, from two lists of the same
 * probabilities.
 * @param now predictions at this clock   @param later the same ones, `gapSeconds` of match clock on, nothing else
 * changed
 * @returns seconds, Infinity when nothing moves   @throws RangeError when the lists differ in length or the gap is not
 * positive
 */
export function driftSeconds(
  now: ArrayLike<number>,
  later: ArrayLike<number>,
  gapSeconds: number,
  epsilon: number = DEFAULT_EPSILON,
): number {
  if (now.length !== later.length) throw new RangeError(`drift of ${now.length} against ${later.length} probabilities`);
  if (!(gapSeconds > 0)) throw new RangeError(`drift needs a positive gap, got ${gapSeconds} s`);
  let largest = 0;
  for (let index = 0; index < now.length; index++) {
    const moved = Math.abs(later[index]! - now[index]!);
    if (moved > largest) largest = moved;
  }
  if (largest === 0) return Infinity;
  const line = (gapSeconds * epsilon) / largest;
  // Seen, not extrapolated: within the gap itself a steady drift cannot have gone further than at its end.
  return largest <= TRUST_IN_LINE * epsilon ? Math.max(gapSeconds, TRUST_IN_LINE * line) : TRUST_IN_LINE * line;
}

/**
 * Match-clock seconds during which no goal probability can move by more than `epsilon`, without any prediction. A
 * probability now is the mean of what it will be, so it drifts no further than a goal is likely to come in between.
 * @returns seconds, up to 600; Infinity while the clock stands
 */
export function surelyWithinSeconds(
  rates: MatchRates,
  situation: Situation,
  epsilon: number = DEFAULT_EPSILON,
  params: InPlayParams = DEFAULT_IN_PLAY,
): number {
  if (situation.stage !== "first_half" && situation.stage !== "second_half") return Infinity;
  const { intensities, weights, first, second } = goalsAhead(rates, situation, params);
  const whole = first + second;
  const half = situation.stage === "first_half" ? "first" : "second";
  const goalWithin = (seconds: number, score: Pair) => {
    const point = { half, minute: situation.minute + seconds / 60 } as const;
    const share = shareUntil(situation, point, params.goalProfile, params);
    return 1 - firstGoalFrom(score, intensities, weights, share, whole - share).none;
  };
  const side = situation.penaltyPending;
  const scores = side ? [situation.score, withGoal(situation.score, side)] : [situation.score];
  let seconds = LONGEST_SURE_SECONDS;
  for (const score of scores) {
    // Halving and proportion: the chance of a goal is nearly linear over minutes, so a round or two is enough.
    for (let round = 0; round < 20; round++) {
      const chance = goalWithin(seconds, score);
      if (chance <= epsilon) break;
      seconds *= Math.max(0.05, Math.min(0.98, epsilon / chance));
    }
  }
  return seconds;
}
