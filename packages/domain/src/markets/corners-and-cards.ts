import type { Market } from "../market.ts";
import { totals } from "./totals.ts";

const alias = (what: string) => (outcome: "over" | "under", line: number) => `${what}_${outcome}_${line}`;

export const cornerMarkets: readonly Market[] = totals({
  prefix: "corners_over_under",
  name: "Corners",
  category: "corners",
  primitive: "corners",
  lines: [8.5, 9.5, 10.5],
  alias: alias("corners"),
});

/** A yellow, a second yellow and a straight red count one card each. */
export const cardMarkets: readonly Market[] = totals({
  prefix: "cards_over_under",
  name: "Cards",
  category: "cards",
  primitive: "cards",
  lines: [2.5, 3.5, 4.5],
  alias: alias("cards"),
});
