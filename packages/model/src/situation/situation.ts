import type { Pair, Side } from "../counts/count-grid.ts";

export type Stage =
  | "pre_match"
  | "first_half"
  | "half_time"
  | "second_half"
  | "full_time"
  | "extra_first"
  | "extra_half_time"
  | "extra_second"
  | "extra_end"
  | "shoot_out"
  | "ended";

/** Mean counts of each side over a whole match and the gamma size that says how sure the means are. */
export interface CountRates extends Pair {
  /** Gamma size of the match total: variance = mean + mean² / size. Smaller: what was counted so far weighs more. */
  readonly size: number;
}

/** Expected goals of each side over a whole match, typical stoppage included. */
export interface GoalRates extends Pair {
  /** Dixon-Coles rho: negative makes 0-0 and 1-1 likelier, 1-0 and 0-1 less likely. */
  readonly rho: number;
}

/** What the model expects of a match before kick-off. */
export interface MatchRates extends GoalRates {
  readonly corners: CountRates;
  readonly cards: CountRates;
}

/** Where a match stands. Counts are those of the pitch; a side's reds are the men it lost. */
export interface Situation {
  readonly stage: Stage;
  /** Fractional minutes since the start of the current half; 0 while the clock stands. */
  readonly minute: number;
  /** Announced stoppage, minutes, once it is known. */
  readonly stoppage: { readonly first?: number; readonly second?: number };
  /** Stoppage to reckon with until then, minutes: typical of the competition and season. */
  readonly expectedStoppage: { readonly first: number; readonly second: number };
  /** All goals so far, extra time included, a shoot-out not. */
  readonly score: Pair;
  /** Needed in the second half and after it for anything that asks about halves. */
  readonly halfTimeScore?: Pair;
  /** Score after 90 minutes; needed from extra time on, where `score` has moved past it. */
  readonly fullTimeScore?: Pair;
  readonly reds: Pair;
  /** Corners and cards of the 90 minutes so far. */
  readonly corners: Pair;
  readonly cards: Pair;
  readonly firstHalfCorners?: Pair;
  readonly firstHalfCards?: Pair;
  /** A penalty has been given to this side and not been taken yet. */
  readonly penaltyPending?: Side;
  /** Factors on the goal intensities of the rest of the 90 minutes, learnt from what has happened. See `paceOf`. */
  readonly pace?: Pair;
}

/** How far a stage is: 0 before or in the first half, 1 half-time or second half, 2 after 90 minutes. */
export function halvesPlayed(stage: Stage): 0 | 1 | 2 {
  if (stage === "pre_match" || stage === "first_half") return 0;
  return stage === "half_time" || stage === "second_half" ? 1 : 2;
}

/**
 * The score at half-time.
 * @throws RangeError in the second half or later without `halfTimeScore`
 */
export function halfTimeScoreOf(situation: Situation): Pair {
  if (situation.halfTimeScore) return situation.halfTimeScore;
  if (situation.stage === "half_time") return situation.score;
  throw new RangeError(`half-time score missing in stage ${situation.stage}`);
}

/** The score after 90 minutes, or the score so far while they last. */
export function fullTimeScoreOf(situation: Situation): Pair {
  return halvesPlayed(situation.stage) === 2 ? (situation.fullTimeScore ?? situation.score) : situation.score;
}

/** The side whose pending penalty can still count for the 90 minutes, if any. */
export function penaltyInNormalTime(situation: Situation): Side | undefined {
  return halvesPlayed(situation.stage) < 2 ? situation.penaltyPending : undefined;
}

/** Score with one goal more for `side`. */
export function withGoal(score: Pair, side: Side): Pair {
  return side === "home" ? { home: score.home + 1, away: score.away } : { home: score.home, away: score.away + 1 };
}
