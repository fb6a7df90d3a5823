import { isListed, type Market } from "./market.ts";
import { combinationMarkets } from "./markets/combinations.ts";
import { correctScoreMarkets } from "./markets/correct-score.ts";
import { cardMarkets, cornerMarkets } from "./markets/corners-and-cards.ts";
import { goalMarkets } from "./markets/goals.ts";
import { halfMarkets } from "./markets/halves.ts";
import { handicapMarkets } from "./markets/handicaps.ts";
import { happeningMarkets } from "./markets/happenings.ts";
import { knockoutMarkets } from "./markets/knockout.ts";
import { resultMarkets } from "./markets/result.ts";
import { homeAndAwayMarkets } from "./markets/teams.ts";
import { windowMarkets } from "./markets/windows.ts";
import type { MatchState } from "./match-state.ts";

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
