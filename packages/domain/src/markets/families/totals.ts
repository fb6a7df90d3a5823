import { type Category, type CountLine, lineId, type CatalogueMarket, countMarket, REFUND } from "../market.ts";
import type { CountPrimitiveId } from "../../dependencies/primitives/count-primitives.ts";

interface Totals {
  /** Id up to the line: `over_under`, `corners_over_under`. */
  readonly prefix: string;
  readonly name: string;
  readonly category: Category;
  readonly primitive: CountPrimitiveId;
  readonly lines: readonly number[];
  readonly scope?: CatalogueMarket["scope"];
  /** What is counted, of the final counts by side. */
  readonly counted?: (home: number, away: number) => number;
  /** Name of the outcome in the earlier system; undefined where it had none. */
  readonly alias?: (outcome: "over" | "under", line: number) => string | undefined;
}

/**
 * Over/under markets on one count: half lines decide, whole lines may push, quarter lines are half on each neighbour.
 */
export function totals({
  prefix,
  name,
  category,
  primitive,
  lines,
  scope = "all",
  counted = sum,
  alias,
}: Totals): CatalogueMarket[] {
  return lines.map((line) =>
    countMarket({
      id: `${prefix}_${lineId(line)}`,
      name: `${name} over/under ${line}`,
      category,
      scope,
      outcomes: ["over", "under"],
      aliases: aliasesOf(line, alias),
      primitive,
      lines: splitLine(line).map(
        (half): CountLine =>
          (home, away) =>
            overUnder(counted(home, away), half),
      ),
    }),
  );
}

function aliasesOf(line: number, alias: Totals["alias"] = () => undefined): Record<string, string> {
  const named = (["over", "under"] as const).map((outcome) => [outcome, alias(outcome, line)] as const);
  return Object.fromEntries(named.filter((pair): pair is readonly ["over" | "under", string] => pair[1] !== undefined));
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
