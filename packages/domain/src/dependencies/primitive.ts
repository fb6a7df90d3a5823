import type { CountGrid, HalfFullGrid } from "./count-grid.ts";
import type { MatchState } from "../match/match-state.ts";
import { COUNT_PRIMITIVES, type CountPrimitiveId, type Progress } from "./primitives/count-primitives.ts";
import { NAMED_PRIMITIVES } from "./primitives/named-primitives.ts";
import { anyStoppage, goalInputs, type Reads } from "./reads.ts";

/**
 * Computations that markets share. Cost is paid per primitive, never per market: one final-score grid prices most of
 * the catalogue. `reads` is the whole truth about the inputs; the soundness check tries to prove it wrong.
 */
export const PRIMITIVES = {
  ...COUNT_PRIMITIVES,
  half_and_full: { reads: { ...goalInputs, ...anyStoppage, half_time_score: "soft" } },
  ...NAMED_PRIMITIVES,
} as const satisfies Record<string, { readonly reads: Reads }>;

export type PrimitiveId = keyof typeof PRIMITIVES;
export const PRIMITIVE_IDS = Object.keys(PRIMITIVES) as readonly PrimitiveId[];

export function primitiveReads(primitive: PrimitiveId): Reads {
  return PRIMITIVES[primitive].reads;
}

/** Both halves of regular time, for markets on their combination. */
export function halfProgress(state: MatchState): { first: Progress; second: Progress } {
  return {
    first: COUNT_PRIMITIVES.first_half_score.progress(state),
    second: COUNT_PRIMITIVES.second_half_score.progress(state),
  };
}

/** Probabilities by outcome name. */
export type NamedDistribution = Readonly<Record<string, number>>;

/** A bet whose stake may be returned: the chance that it wins, and the chance that it is decided at all. */
export interface Stake {
  readonly wins: number;
  readonly stands: number;
}

/** Bets by outcome name, each returned on a condition of its own. */
export type StakeDistribution = Readonly<Record<string, Stake>>;

/** Primitives whose bets are returned to whoever backed a man who never came on. */
type ScorerPrimitiveId = "anytime_scorer" | "scorer_two_or_more" | "scorer_three_or_more" | "first_scorer";

/** The distribution that each primitive yields. */
export type Distribution<P extends PrimitiveId> = P extends "half_and_full"
  ? HalfFullGrid
  : P extends CountPrimitiveId
    ? CountGrid
    : P extends ScorerPrimitiveId
      ? StakeDistribution
      : NamedDistribution;
export type Distributions = { readonly [P in PrimitiveId]?: Distribution<P> };
