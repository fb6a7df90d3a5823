import type { ClockProfile, InPlayParams } from "./in-play-params.ts";
import { halvesPlayed, type Situation } from "./situation.ts";

export type Half = "first" | "second";

/** A moment of the match clock: minutes since the start of that half; Infinity is the half's end, stoppage included. */
export interface ClockPoint {
  readonly half: Half;
  readonly minute: number;
}

/** Shares of a typical match still to come, by half; a whole match of expected stoppage is 1. */
export interface RemainingShare {
  readonly first: number;
  readonly second: number;
}

const HALF_MINUTES = 45;

/** What the rest of each half weighs, as a share of a whole match with its expected stoppage. */
export function remainingShare(situation: Situation, profile: ClockProfile, params: InPlayParams): RemainingShare {
  const played = halvesPlayed(situation.stage);
  if (played === 2) return { first: 0, second: 0 };
  const running = situation.stage === "first_half" || situation.stage === "second_half";
  const elapsed = running ? Math.max(0, situation.minute) : 0;
  const whole = wholeWeight(situation, profile);
  const first = played === 0 ? restOfHalf("first", elapsed, situation, profile, params) / whole : 0;
  const second = restOfHalf("second", played === 1 ? elapsed : 0, situation, profile, params) / whole;
  return { first, second };
}

/**
 * Share of a match between now and a later clock point; 0 when the point has passed.
 * Points inside a half's stoppage count the stoppage up to them as far as it is expected to be played.
 */
export function shareUntil(
  situation: Situation,
  point: ClockPoint,
  profile: ClockProfile,
  params: InPlayParams,
): number {
  const remaining = remainingShare(situation, profile, params);
  const whole = wholeWeight(situation, profile);
  const elapsed = elapsedIn(point.half, situation);
  if (elapsed === undefined) return 0;
  const within = Math.min(
    remaining[point.half],
    weightBetween(point.half, elapsed, Math.max(elapsed, point.minute), profile) / whole,
  );
  return point.half === "first" ? within : remaining.first + within;
}

/** What one stretch of a half's clock weighs, as a share of a whole match; minutes past 45 are stoppage. */
export function shareOfClock(
  half: Half,
  from: number,
  to: number,
  stoppage: Situation["expectedStoppage"],
  profile: ClockProfile,
): number {
  return weightBetween(half, from, to, profile) / wholeWeight({ expectedStoppage: stoppage }, profile);
}

/**
 * Share of a typical match that has been played by now. Announced stoppage changes what is left and never this; what is
 * played beyond the expected stoppage of a half is more of a match.
 */
export function playedShare(situation: Situation, profile: ClockProfile): number {
  const played = halvesPlayed(situation.stage);
  const of = (half: Half): number => {
    const elapsed = elapsedIn(half, situation) ?? HALF_MINUTES + expectedStoppage(half, situation);
    return weightBetween(half, 0, elapsed, profile);
  };
  return (played === 0 ? of("first") : of("first") + of("second")) / wholeWeight(situation, profile);
}

/** Minutes played of a half: 0 before it, undefined after it. */
function elapsedIn(half: Half, situation: Situation): number | undefined {
  const played = halvesPlayed(situation.stage);
  const index = half === "first" ? 0 : 1;
  if (played > index) return undefined;
  const running = situation.stage === (half === "first" ? "first_half" : "second_half");
  return running ? Math.max(0, situation.minute) : 0;
}

function wholeWeight(situation: Pick<Situation, "expectedStoppage">, profile: ClockProfile): number {
  return (
    weightBetween("first", 0, HALF_MINUTES + expectedStoppage("first", situation), profile) +
    weightBetween("second", 0, HALF_MINUTES + expectedStoppage("second", situation), profile)
  );
}

/** Never quite nothing: a half without any stoppage would leave a running match with no time at all past 45:00. */
function expectedStoppage(half: Half, situation: Pick<Situation, "expectedStoppage">): number {
  return Math.max(0.05, situation.expectedStoppage[half]);
}

function restOfHalf(
  half: Half,
  elapsed: number,
  situation: Situation,
  profile: ClockProfile,
  params: InPlayParams,
): number {
  const regular = elapsed < HALF_MINUTES ? weightBetween(half, elapsed, HALF_MINUTES, profile) : 0;
  const stoppage = stoppageLeft(half, Math.max(0, elapsed - HALF_MINUTES), situation, params);
  return regular + stoppage * stoppagePerMinute(half, profile);
}

/**
 * Expected stoppage still to play, minutes, after `played` minutes of it: the expectation at first, then falling
 * towards, never to, nothing, since a half that is still on has something left. A hyperbola whose value near the
 * expected end is that of a normal distribution's mean residual life (0.8 standard deviations).
 */
function stoppageLeft(half: Half, played: number, situation: Situation, params: InPlayParams): number {
  const announced = situation.stoppage[half];
  const expected =
    announced === undefined ? expectedStoppage(half, situation) : Math.max(0, announced) + params.stoppageOverrun;
  if (played === 0) return expected;
  const spread = announced === undefined ? params.stoppageSpread.expected[half] : params.stoppageSpread.announced;
  const bend = Math.min(0.8 * spread, expected);
  const distance = expected - (bend * bend) / expected - played;
  return (distance + Math.sqrt(distance * distance + 4 * bend * bend)) / 2;
}

function stoppagePerMinute(half: Half, profile: ClockProfile): number {
  return half === "first" ? profile.firstStoppagePerMinute : profile.secondStoppagePerMinute;
}

/** Weight of the clock from one minute of a half to another; minutes past 45 are stoppage. */
function weightBetween(half: Half, from: number, to: number, profile: ClockProfile): number {
  if (to === Infinity) return Infinity;
  const bins = profile[half];
  const width = HALF_MINUTES / bins.length;
  let weight = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    const overlap = Math.min(to, (bin + 1) * width) - Math.max(from, bin * width);
    if (overlap > 0) weight += (bins[bin]! * overlap) / width;
  }
  const inStoppage = to - Math.max(from, HALF_MINUTES);
  return inStoppage > 0 ? weight + inStoppage * stoppagePerMinute(half, profile) : weight;
}
