import type { Market } from "./market.ts";
import { correctScoreMarkets } from "./markets/correct-score.ts";
import { cardMarkets, cornerMarkets } from "./markets/corners-and-cards.ts";
import { goalMarkets } from "./markets/goals.ts";
import { halfMarkets } from "./markets/halves.ts";
import { handicapMarkets } from "./markets/handicaps.ts";
import { resultMarkets } from "./markets/result.ts";
import { homeAndAwayMarkets } from "./markets/teams.ts";

/** Every market there is, in the order in which answers list them. */
export const CATALOGUE: readonly Market[] = [
  ...resultMarkets,
  ...goalMarkets,
  ...homeAndAwayMarkets,
  ...halfMarkets,
  ...handicapMarkets,
  ...correctScoreMarkets,
  ...cornerMarkets,
  ...cardMarkets,
];

const byId: ReadonlyMap<string, Market> = new Map(CATALOGUE.map((market) => [market.id, market]));

export function findMarket(id: string): Market | undefined {
  return byId.get(id);
}
