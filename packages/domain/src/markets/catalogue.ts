import { type CatalogueMarket, isListed, type Market } from "./market.ts";
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
export const CATALOGUE: readonly CatalogueMarket[] = [
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

const byId: ReadonlyMap<string, CatalogueMarket> = new Map(CATALOGUE.map((market) => [market.id, market]));

export function findMarket(id: string): CatalogueMarket | undefined {
  return byId.get(id);
}

/** The markets of one match: those of the catalogue, or of `markets`, that exist in its state. */
export function marketsOf(state: MatchState): CatalogueMarket[];
export function marketsOf(state: MatchState, markets: readonly Market[]): Market[];
export function marketsOf(state: MatchState, markets: readonly Market[] = CATALOGUE): Market[] {
  return markets.filter((market) => isListed(market, state));
}
