import { type Category, type CountLine, countMarket, lineId, type CatalogueMarket, REFUND } from "../market.ts";
import type { CountPrimitiveId } from "../../dependencies/primitives/count-primitives.ts";
import { resultOf, RESULTS } from "./result.ts";
import { splitLine } from "./totals.ts";

interface AsianHandicaps {
  readonly prefix: string;
  readonly name: string;
  readonly category: Category;
  readonly primitive: CountPrimitiveId;
  /** The home side's head start. */
  readonly lines: readonly number[];
}

/** Asian handicaps by the home side's line: the whole ones may push, the quarters are half on each neighbour. */
export function asianHandicaps({ prefix, name, category, primitive, lines }: AsianHandicaps): CatalogueMarket[] {
  return lines.map((line) =>
    countMarket({
      id: `${prefix}asian_handicap_home_${lineId(line, true)}`,
      name: `${name} Asian handicap, home ${signed(line)}`,
      category,
      outcomes: ["home", "away"],
      aliases: prefix === "" ? seedAliases(line) : {},
      primitive,
      lines: splitLine(line).map(asianLine),
    }),
  );
}

function asianLine(line: number): CountLine {
  return (home, away) => {
    const margin = home + line - away;
    return margin === 0 ? REFUND : margin > 0 ? 0 : 1;
  };
}

/** The earlier system had -0.5 to -2 by halves, as `ah_home_m05` … `ah_home_m20` and the away side's mirror. */
function seedAliases(line: number): Record<string, string> {
  if (line > -0.5 || line < -2 || !Number.isInteger(line * 2)) return {};
  const digits = Math.abs(line).toFixed(1).replace(".", "");
  return { home: `ah_home_m${digits}`, away: `ah_away_p${digits}` };
}

/** Three-way handicap: the head start is added and a level result is an outcome of its own. */
function threeWayHandicap(line: number): CatalogueMarket {
  return countMarket({
    id: `handicap_home_${lineId(line, true)}`,
    name: `Handicap, home ${signed(line)}`,
    category: "handicap",
    outcomes: RESULTS,
    primitive: "full_time_score",
    lines: [(home, away) => resultOf(home + line, away)],
  });
}

function signed(line: number): string {
  return line > 0 ? `+${line}` : `${line}`;
}

const QUARTERS = Array.from({ length: 21 }, (_unused, index) => -2.5 + index / 4).filter((line) => line !== 0);

export const handicapMarkets: readonly CatalogueMarket[] = [
  ...asianHandicaps({ prefix: "", name: "Match", category: "handicap", primitive: "full_time_score", lines: QUARTERS }),
  ...[-3, -2, -1, 1, 2, 3].map(threeWayHandicap),
];
