import { GOAL_WINDOWS } from "../../match/goal-window.ts";
import type { CatalogueMarket } from "../market.ts";
import { threeWay } from "./result.ts";
import { totals } from "./totals.ts";

/** Goals inside each quarter of an hour; the third and the sixth run on into stoppage. */
export const windowMarkets: readonly CatalogueMarket[] = GOAL_WINDOWS.flatMap(({ id, from, to, half }) => {
  const name = `Minutes ${from} to ${to ?? (half === "first_half" ? "half-time" : "full time")}`;
  const shared = { category: "windows", primitive: `goals_${id}` } as const;
  return [
    ...totals({ ...shared, prefix: `goals_${id}_over_under`, name: `${name}: goals`, lines: [0.5, 1.5] }),
    threeWay({ ...shared, prefix: `goals_${id}_`, name }),
  ];
});
