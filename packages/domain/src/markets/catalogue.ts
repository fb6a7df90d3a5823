import { isListed, type Market } from "./market.ts";
import { combinationMarkets } from "./families/combinations.ts";
import { correctScoreMarkets } from "./families/correct-score.ts";
import { cardMarkets, cornerMarkets } from "./families/corners-and-cards.ts";
import { goalMarkets } from "./families/goals.ts";
import { halfMarkets } from "./families/halves.ts";
import { handicapMarkets } from "./families/handicaps.ts";
import { happeningMarkets } from "./families/happenings.ts";
import { knockoutMarkets } from "./families/knockout.ts";
import { resultMarkets } from "./families/result.ts";
import { homeAndAwayMarkets } from "./families/teams.ts";
import { windowMarkets } from "./families/windows.ts";
import type { MatchState } from "../match/match-state.ts";

/** Every market there is, in the order in which answers list them. */
export const CATALOGUE: readonly Market[] = [
  ...resultMarkets,
  ...goalMarkets,
  ...homeAndAwayMarkets,
  ...halfMarkets,
  ...windowMarkets,
  ...handicapMarkets,
  ...correctScoreMarkets,
  ...combinationMarkets,
  ...happeningMarkets,
  ...cornerMarkets,
  ...cardMarkets,
  ...knockoutMarkets,
];

const byId: ReadonlyMap<string, Market> = new Map(CATALOGUE.map((market) => [market.id, market]));

export function findMarket(id: string): Market | undefined {
  return byId.get(id);
}

/** The markets of one match: those of the catalogue that exist in its state. */
export function marketsOf(state: MatchState): Market[] {
  return CATALOGUE.filter((market) => isListed(market, state));
}
