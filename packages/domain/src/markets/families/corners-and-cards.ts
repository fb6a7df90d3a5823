import type { Category, CatalogueMarket } from "../market.ts";
import type { CountPrimitiveId } from "../../dependencies/primitives/count-primitives.ts";
import { asianHandicaps } from "./handicaps.ts";
import { threeWay } from "./result.ts";
import { totals } from "./totals.ts";

interface Counted {
  readonly what: "corners" | "cards";
  readonly name: string;
  readonly primitive: CountPrimitiveId;
  readonly firstHalf: CountPrimitiveId;
  readonly lines: readonly number[];
  readonly firstHalfLines: readonly number[];
  readonly teamLines: Readonly<Record<"home" | "away", readonly number[]>>;
  readonly handicaps: readonly number[];
  readonly seedLines: ReadonlySet<number>;
}

function countedMarkets({
  what,
  name,
  primitive,
  firstHalf,
  lines,
  firstHalfLines,
  teamLines,
  handicaps,
  seedLines,
}: Counted): CatalogueMarket[] {
  const category: Category = what;
  const team = (side: "home" | "away"): CatalogueMarket[] =>
    totals({
      prefix: `${side}_${what}_over_under`,
      name: `${side === "home" ? "Home" : "Away"} team ${what}`,
      category,
      primitive,
      lines: teamLines[side],
      counted: (home, away) => (side === "home" ? home : away),
    });
  return [
    ...totals({
      prefix: `${what}_over_under`,
      name,
      category,
      primitive,
      lines,
      alias: (outcome, line) => (seedLines.has(line) ? `${what}_${outcome}_${line}` : undefined),
    }),
    threeWay({ prefix: `${what}_`, name: `Most ${what},`, category, primitive }),
    ...team("home"),
    ...team("away"),
    ...asianHandicaps({ prefix: `${what}_`, name, category, primitive, lines: handicaps }),
    ...totals({
      prefix: `half_time_${what}_over_under`,
      name: `First-half ${what}`,
      category,
      primitive: firstHalf,
      lines: firstHalfLines,
    }),
    threeWay({ prefix: `half_time_${what}_`, name: `Most first-half ${what},`, category, primitive: firstHalf }),
  ];
}

export const cornerMarkets: readonly CatalogueMarket[] = countedMarkets({
  what: "corners",
  name: "Corners",
  primitive: "corners",
  firstHalf: "first_half_corners",
  lines: [7.5, 8.5, 9, 9.5, 10, 10.5, 11.5, 12.5],
  firstHalfLines: [3.5, 4.5, 5.5],
  teamLines: { home: [4.5, 5.5, 6.5], away: [3.5, 4.5, 5.5] },
  handicaps: [-2.5, -1.5, -0.5, 0.5],
  seedLines: new Set([8.5, 9.5, 10.5]),
});

/** A yellow, a second yellow and a straight red count one card each. */
export const cardMarkets: readonly CatalogueMarket[] = countedMarkets({
  what: "cards",
  name: "Cards",
  primitive: "cards",
  firstHalf: "first_half_cards",
  lines: [1.5, 2.5, 3.5, 4.5, 5.5],
  firstHalfLines: [0.5, 1.5, 2.5],
  teamLines: { home: [0.5, 1.5, 2.5], away: [0.5, 1.5, 2.5] },
  handicaps: [-0.5, 0.5],
  seedLines: new Set([2.5, 3.5, 4.5]),
});
