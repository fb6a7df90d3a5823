import type { CountGrid, Pair } from "@touchline/domain";
import { playedShare, remainingShare, type RemainingShare } from "../situation/clock-profile.ts";
import { certainCounts } from "./count-grid.ts";
import { type CountingProcess, finalCounts, nextCount } from "./counting-process.ts";
import type { GoalChances } from "../goals/next-goal.ts";
import { type ClockProfile, DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
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
  return nextCount(
    processOf("corners", rates, params),
    situation.corners,
    played("corners", situation, params),
    first + second,
  );
}

/** Who gets the next card of the 90 minutes, if anyone. */
export function nextCard(rates: MatchRates, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): GoalChances {
  const { first, second } = sharesLeft("cards", situation, params);
  return nextCount(
    processOf("cards", rates, params),
    situation.cards,
    played("cards", situation, params),
    first + second,
  );
}

function matchGrid(what: Counted, rates: MatchRates, situation: Situation, params: InPlayParams): CountGrid {
  const { first, second } = sharesLeft(what, situation, params);
  return finalCounts(processOf(what, rates, params), situation[what], played(what, situation, params), first + second);
}

function firstHalf(what: Counted, rates: MatchRates, situation: Situation, params: InPlayParams): CountGrid {
  if (halvesPlayed(situation.stage) > 0) return certainCounts(firstHalfCountOf(what, situation));
  const { first } = sharesLeft(what, situation, params);
  return finalCounts(processOf(what, rates, params), situation[what], played(what, situation, params), first);
}

function firstHalfCountOf(what: Counted, situation: Situation): Pair {
  const known = what === "corners" ? situation.firstHalfCorners : situation.firstHalfCards;
  if (known) return known;
  if (situation.stage === "half_time") return situation[what];
  throw new RangeError(`first-half ${what} missing in stage ${situation.stage}`);
}

function played(what: Counted, situation: Situation, params: InPlayParams): number {
  return playedShare(situation, profileOf(what, params));
}

function sharesLeft(what: Counted, situation: Situation, params: InPlayParams): RemainingShare {
  return remainingShare(situation, profileOf(what, params), params);
}

function profileOf(what: Counted, params: InPlayParams): ClockProfile {
  return what === "corners" ? params.cornerProfile : params.cardProfile;
}

function processOf(what: Counted, rates: MatchRates, params: InPlayParams): CountingProcess {
  return { rates: rates[what], shareConcentration: params.shareConcentration[what] };
}
