import type { Pair } from "@touchline/domain";
import { type Half, shareOfClock } from "./clock-profile.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "./in-play-params.ts";
import { halvesPlayed, type Situation } from "./situation.ts";

/**
 * What a match has shown of itself: a side scores more than was expected against an opponent who has scored more than
 * was expected, and less in a match that stays shut. The rate of goals against an opponent is a gamma variable of size
 * 1 / `openness`, learnt from his goals: (size + goals) / (size + goals expected by now).
 *
 * Whatever is still to come goes at this pace; it is not foreseen that it will be learnt again. Reads score, stage and
 * clock, the clock in whole minutes: a factor moves by less than 0.001 in one, and within it distributions can be
 * shared.
 */
export function paceOf(rates: Pair, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): Pair {
  const played = halvesPlayed(situation.stage) === 2 ? 0 : playedShare(situation, params);
  return paceAfter(rates, situation.score, played, params);
}

/** Factors on each side's intensity after `score` in the share `played` of a match. */
export function paceAfter(rates: Pair, score: Pair, played: number, { openness }: InPlayParams): Pair {
  if (played === 0) return { home: 1, away: 1 };
  const against = (goals: number, expected: number) => (1 + openness * goals) / (1 + openness * expected * played);
  return { home: against(score.away, rates.away), away: against(score.home, rates.home) };
}

/** Share of the match's goals that were to be expected by now, announced stoppage left aside. */
function playedShare({ stage, minute, expectedStoppage }: Situation, { goalProfile }: InPlayParams): number {
  const by = (half: Half, minutes: number) => shareOfClock(half, 0, minutes, expectedStoppage, goalProfile);
  const whole = (half: Half) => by(half, HALF_MINUTES + expectedStoppage[half]);
  const running = (half: Half) => Math.min(whole(half), by(half, Math.floor(Math.max(0, minute))));
  if (stage === "pre_match") return 0;
  if (stage === "first_half") return running("first");
  return whole("first") + (stage === "second_half" ? running("second") : 0);
}

const HALF_MINUTES = 45;
