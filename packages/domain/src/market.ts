import type { PrimitiveId } from "./primitive.ts";

export const CATEGORIES = [
  "result",
  "goals",
  "halves",
  "handicap",
  "team",
  "correct_score",
  "corners",
  "cards",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Index of the winning outcome, or `REFUND`. */
export type Line<Args extends readonly number[]> = (...counts: Args) => number;

/** The stake is returned: a draw under draw-no-bet, a push on a whole line. */
export const REFUND = -1;

/** Final counts of one primitive: home, away. */
export type CountLine = Line<[home: number, away: number]>;
/** Goals by half: home and away in the first, then home and away in the second. */
export type HalvesLine = Line<[home1: number, away1: number, home2: number, away2: number]>;

/**
 * A market is a payoff over final results. Everything else is derived from that one function: its price (the
 * payoff summed over the primitive's law), its settlement (the payoff is the same for every result that can still
 * happen), and the facts it reads (those of its primitive).
 *
 * Several lines mean several winners: `exclusive` markets split the stake equally over them (a quarter line is
 * half on each neighbour), `overlapping` ones pay each in full (double chance).
 */
export type Market = MarketBase & (CountMarket | HalvesMarket);

interface MarketBase {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly outcomes: readonly string[];
  readonly winners: "exclusive" | "overlapping";
  /** What this outcome is called in the earlier system, by outcome. */
  readonly aliases: Readonly<Record<string, string>>;
}

interface CountMarket {
  readonly primitive: Exclude<PrimitiveId, "half_and_full">;
  readonly lines: readonly CountLine[];
}

interface HalvesMarket {
  readonly primitive: "half_and_full";
  readonly lines: readonly HalvesLine[];
}

type Described<Kind> = Kind &
  Omit<MarketBase, "winners" | "aliases"> &
  Partial<Pick<MarketBase, "winners" | "aliases">>;

/** A market on one count. Fills in what most have: one winner, no aliases. */
export function countMarket(description: Described<CountMarket>): Market {
  return { winners: "exclusive", aliases: {}, ...description };
}

/** A market on the combination of both halves. */
export function halvesMarket(description: Described<HalvesMarket>): Market {
  return { winners: "exclusive", aliases: {}, ...description };
}

/** Line of a two-way market: outcome 0 when `holds`, else 1. */
export function yesNo<Args extends readonly number[]>(holds: (...counts: Args) => boolean): Line<Args> {
  return (...counts) => (holds(...counts) ? 0 : 1);
}

/** `2.5` as ids spell it: `2_5`; negative lines as `minus_0_5`, positive ones as `plus_0_5`. */
export function lineId(line: number, signed = false): string {
  const text = Math.abs(line).toString().replace(".", "_");
  if (!signed) return text;
  return line < 0 ? `minus_${text}` : line > 0 ? `plus_${text}` : "0";
}
