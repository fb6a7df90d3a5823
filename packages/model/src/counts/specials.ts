import { remainingShare } from "../situation/clock-profile.ts";
import { DEFAULT_IN_PLAY, type InPlayParams } from "../situation/in-play-params.ts";
import type { MatchRates, Situation } from "../situation/situation.ts";

/** Penalties given per match, 1,066 matches of three leagues 2017/18. They come as goals come over the clock. */
const PENALTIES_PER_MATCH = 0.268;
/** Sendings-off per card shown, three leagues 2011/12 to 2020/21. */
const RED_SHARE_OF_CARDS = 0.044;

/** P(at least one more penalty before the end of regular time); Poisson. */
export function penaltyToCome(situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): number {
  const { first, second } = remainingShare(situation, params.goalProfile, params);
  return -Math.expm1(-PENALTIES_PER_MATCH * (first + second));
}

/** P(at least one more sending-off before the end of regular time); Poisson, in proportion to the cards expected. */
export function redCardToCome(rates: MatchRates, situation: Situation, params: InPlayParams = DEFAULT_IN_PLAY): number {
  const { first, second } = remainingShare(situation, params.cardProfile, params);
  return -Math.expm1(-RED_SHARE_OF_CARDS * (rates.cards.home + rates.cards.away) * (first + second));
}
