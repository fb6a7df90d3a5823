import { type Category, type CountLine, lineId, type Market, countMarket, REFUND } from "../market.ts";
import type { PrimitiveId } from "../primitive.ts";

type CountPrimitive = Exclude<PrimitiveId, "half_and_full">;

interface Totals {
  /** Id up to the line: `over_under`, `corners_over_under`. */
  readonly prefix: string;
  readonly name: string;
  readonly category: Category;
  readonly primitive: CountPrimitive;
  readonly lines: readonly number[];
  /** What is counted, of the final counts by side. */
  readonly counted?: (home: number, away: number) => number;
  readonly alias?: (outcome: "over" | "under", line: number) => string;
}

/** Over/under markets on one count: half lines decide, whole lines may push, quarter lines are half on each neighbour. */
export function totals({ prefix, name, category, primitive, lines, counted = sum, alias }: Totals): Market[] {
  return lines.map((line) =>
    countMarket({
      id: `${prefix}_${lineId(line)}`,
      name: `${name} over/under ${line}`,
      category,
      outcomes: ["over", "under"],
      aliases: alias ? { over: alias("over", line), under: alias("under", line) } : {},
      primitive,
      lines: splitLine(line).map(
        (half): CountLine =>
          (home, away) =>
            overUnder(counted(home, away), half),
      ),
    }),
  );
}

/** A quarter line is the two lines beside it; any other line is itself. */
export function splitLine(line: number): readonly number[] {
  return Number.isInteger(line * 2) ? [line] : [line - 0.25, line + 0.25];
}

function overUnder(count: number, line: number): number {
  return count === line ? REFUND : count > line ? 0 : 1;
}

export function sum(home: number, away: number): number {
  return home + away;
}
