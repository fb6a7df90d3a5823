import { type CatalogueMarket, namedMarket } from "../market.ts";
import { threeWay } from "./result.ts";
import { totals } from "./totals.ts";

const extraTime = { category: "extra_time", primitive: "extra_time_score", scope: "knockout" } as const;
const sides = { category: "extra_time", outcomes: ["home", "away"], scope: "knockout" } as const;

/** Offered where a level score leads to extra time. Without extra time, its markets are void. */
export const knockoutMarkets: readonly CatalogueMarket[] = [
  namedMarket({ ...sides, id: "to_qualify", name: "To qualify", primitive: "to_qualify" }),
  threeWay({ ...extraTime, prefix: "extra_time_", name: "Extra time" }),
  ...totals({ ...extraTime, prefix: "extra_time_over_under", name: "Extra-time goals", lines: [0.5, 1.5] }),
  namedMarket({ ...sides, id: "shoot_out_winner", name: "Shoot-out winner", primitive: "shoot_out_winner" }),
];
