import { gapOf } from "../dependencies/coverage.ts";
import type { PrimitiveId } from "../dependencies/primitive.ts";
import type { Reads } from "../dependencies/reads.ts";
import type { OutcomeResult } from "./outcome-result.ts";
import type { MatchState } from "../match/match-state.ts";
import type { CountPrimitiveId } from "../dependencies/primitives/count-primitives.ts";
import type { NamedPrimitiveId } from "../dependencies/primitives/named-primitives.ts";
import { NAMED_PRIMITIVES, type NamedPrimitive } from "../dependencies/primitives/named-primitives.ts";

export const CATEGORIES = [
  "result",
  "goals",
  "team",
  "halves",
  "windows",
  "handicap",
  "correct_score",
  "combination",
  "next_goal",
  "scorers",
  "corners",
  "cards",
  "specials",
  "extra_time",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Index of the winning outcome, `REFUND` or `NO_WINNER`. */
export type Line<Args extends readonly number[]> = (...counts: Args) => number;

/** The stake is returned: a draw under draw-no-bet, a push on a whole line. */
export const REFUND = -1;
/** Nothing on this line wins: for overlapping markets, whose lines each speak for one outcome. */
export const NO_WINNER = -2;

/** Final counts of one primitive: home, away. */
export type CountLine = Line<[home: number, away: number]>;
/** Goals by half: home and away in the first, then home and away in the second. */
export type HalvesLine = Line<[home1: number, away1: number, home2: number, away2: number]>;

/**
 * A market is a payoff over final results. Everything else is derived from that one function: its price (the payoff
 * summed over the primitive's distribution), its settlement (the payoff is the same for every result that can still
 * happen), and the facts it reads (those of its primitive).
 *
 * Several lines mean several winners: `exclusive` markets split the stake equally over them (a quarter line is half
 * on each neighbour), `overlapping` ones pay each in full (double chance).
 */
export type Market = CatalogueMarket | (MarketBase & OwnMarket);

/** A market that is shipped, so that the built-in model can price it. */
export type CatalogueMarket = MarketBase & (CountMarket | HalvesMarket | NamedMarket);

interface MarketBase {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  /** Fixed outcomes; empty where they depend on the team sheets. See `outcomesOf`. */
  readonly outcomes: readonly string[];
  readonly winners: "exclusive" | "overlapping";
  /** Offered in every match, or only where a level score leads to extra time. */
  readonly scope: "all" | "knockout";
  /** What this outcome is called in the earlier system, by outcome. */
  readonly aliases: Readonly<Record<string, string>>;
  /** What its model computes it with, where a manifest says so; its primitive otherwise. */
  readonly costGroup?: string;
  /** Match-clock seconds in which its probabilities typically drift, where a manifest says so. */
  readonly driftSeconds?: number | null;
}

interface CountMarket {
  readonly space: "counts";
  readonly primitive: CountPrimitiveId;
  readonly lines: readonly CountLine[];
}

interface HalvesMarket {
  readonly space: "halves";
  readonly primitive: "half_and_full";
  readonly lines: readonly HalvesLine[];
}

/** The primitive's distribution names the outcomes itself. */
interface NamedMarket {
  readonly space: "named";
  readonly primitive: NamedPrimitiveId;
}

/** The computation behind markets that only a manifest knows. */
export type OwnPrimitive = `own.${string}`;

/** A market of the user's own: a manifest says what it reads and how it settles. */
export interface OwnMarket {
  readonly space: "own";
  readonly primitive: OwnPrimitive;
  readonly reads: Reads;
  /** How each outcome ended, once that is certain. Equal results are the same object. */
  readonly settle: (state: MatchState) => Readonly<Record<string, OutcomeResult>> | undefined;
  /** The rule in words. */
  readonly settlement: string;
}

type Optional = "winners" | "scope" | "aliases" | "costGroup" | "driftSeconds";
type Described<Kind> = Omit<Kind, "space"> & Omit<MarketBase, Optional> & Partial<Pick<MarketBase, Optional>>;

const usual = { winners: "exclusive", scope: "all", aliases: {} } as const;

/** What is computed as a whole for a market: a primitive of the catalogue, or one that a manifest names. */
export type ComputationId = PrimitiveId | OwnPrimitive;

/** Markets that are computed together: expired ones are refreshed together. */
export function costGroupOf({ costGroup, primitive }: Pick<Market, "costGroup" | "primitive">): string {
  return costGroup ?? primitive;
}

/** A market on one count. */
export function countMarket(description: Described<CountMarket>): CatalogueMarket {
  return { ...usual, ...description, space: "counts" };
}

/** A market on the combination of both halves. */
export function halvesMarket(description: Described<Omit<HalvesMarket, "primitive">>): CatalogueMarket {
  return { ...usual, ...description, space: "halves", primitive: "half_and_full" };
}

/** A market whose outcomes the primitive names. */
export function namedMarket(description: Described<NamedMarket>): CatalogueMarket {
  return { ...usual, ...description, space: "named" };
}

/** Outcomes of `market` in `state`, in the order of its probabilities; empty when it cannot be offered. */
export function outcomesOf(market: Market, state: MatchState): readonly string[] {
  return market.space === "named" ? namedPrimitive(market.primitive).outcomes(state) : market.outcomes;
}

/**
 * Whether `market` exists in this match: nothing does before the fixture is known, knockout markets need a knockout
 * match, scorers need team sheets, and what is paid on must have been carried when play began.
 */
export function isListed(market: Market, state: MatchState): boolean {
  if (!state.fixture) return false;
  if (market.scope === "knockout" && !state.fixture.knockout) return false;
  if (gapOf(market, state) === "never") return false;
  return market.space !== "named" || market.outcomes.length > 0 || outcomesOf(market, state).length > 0;
}

export function namedPrimitive(id: NamedPrimitiveId): NamedPrimitive {
  return NAMED_PRIMITIVES[id];
}

/** Line of a two-way market: outcome 0 when `holds`, else 1. */
export function yesNo<Args extends readonly number[]>(holds: (...counts: Args) => boolean): Line<Args> {
  return (...counts) => (holds(...counts) ? 0 : 1);
}

/** `2.5` as ids spell it: `2_5`; with a sign `minus_0_5`, `plus_0_5`. */
export function lineId(line: number, signed = false): string {
  const text = Math.abs(line).toString().replace(".", "_");
  if (!signed) return text;
  return line < 0 ? `minus_${text}` : line > 0 ? `plus_${text}` : "0";
}
