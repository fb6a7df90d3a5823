import type { CountGrid, Pair } from "@touchline/domain";
import { remainingShare, type RemainingShare } from "../situation/clock-profile.ts";
import { certainCounts } from "./count-grid.ts";
import { type CountingProcess, finalCounts, nextCount } from "./counting-process.ts";
import type { GoalChances } from "../goals/next-goal.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import { halvesPlayed, type MatchRates, type Situation } from "../situation/situation.ts";

type Counted = "corners" | "cards";

/**
 * Distribution of the corners of each side after 90 minutes. Reads the corners so far, stage, clock and stoppage;
 * nothing else.
 */
export function cornerGrid(rates: MatchRates, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): CountGrid {
  return matchGrid("corners", rates, situation, params);
}

/** Distribution of the corners of each side at half-time. */
export function firstHalfCornerGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  return firstHalf("corners", rates, situation, params);
}

/**
 * Distribution of the cards of each side after 90 minutes. Reads the cards so far, stage, clock and stoppage; nothing
 * else.
 */
export function cardGrid(rates: MatchRates, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): CountGrid {
  return matchGrid("cards", rates, situation, params);
}

/** Distribution of the cards of each side at half-time. */
export function firstHalfCardGrid(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): CountGrid {
  return firstHalf("cards", rates, situation, params);
}

/** Who takes the next corner of the 90 minutes, if anyone. */
export function nextCorner(
  rates: MatchRates,
  situation: Situation,
  params: InPlayParams = DEFAULT_IN_PLAY,
): GoalChances {
  const { first, second } = sharesLeft("corners", situation, params);
  return nextCount(processOf("corners", rates, params), situation.corners, played(first, second), first + second);
}

/** Who gets the next card of the 90 minutes, if anyone. */
export function nextCard(rates: MatchRates, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): GoalChances {
  const { first, second } = sharesLeft("cards", situation, params);
  return nextCount(processOf("cards", rates, params), situation.cards, played(first, second), first + second);
}

function matchGrid(what: Counted, rates: MatchRates, situation: Situation, params: InPlayParams): CountGrid {
  const { first, second } = sharesLeft(what, situation, params);
  return finalCounts(processOf(what, rates, params), situation[what], played(first, second), first + second);
}

function firstHalf(what: Counted, rates: MatchRates, situation: Situation, params: InPlayParams): CountGrid {
  if (halvesPlayed(situation.stage) > 0) return certainCounts(firstHalfCountOf(what, situation));
  const { first, second } = sharesLeft(what, situation, params);
  return finalCounts(processOf(what, rates, params), situation[what], played(first, second), first);
}

function firstHalfCountOf(what: Counted, situation: Situation): Pair {
  const known = what === "corners" ? situation.firstHalfCorners : situation.firstHalfCards;
  if (known) return known;
  if (situation.stage === "half_time") return situation[what];
  throw new RangeError(`first-half ${what} missing in stage ${situation.stage}`);
}

/** Announced stoppage lengthens what is left, not what has been played. */
function played(first: number, second: number): number {
  return Math.max(0, 1 - first - second);
}

function sharesLeft(what: Counted, situation: Situation, params: InPlayParams): RemainingShare {
  return remainingShare(situation, what === "corners" ? params.cornerProfile : params.cardProfile, params);
}

function processOf(what: Counted, rates: MatchRates, params: InPlayParams): CountingProcess {
  return { rates: rates[what], shareConcentration: params.shareConcentration[what] };
}
