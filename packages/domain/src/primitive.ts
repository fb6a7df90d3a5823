import type { CountGrid, HalfFullGrid } from "./count-grid.ts";
import type { FactName } from "./facts.ts";
import type { MatchState } from "./match-state.ts";
import { type Pair, NONE, minus } from "./side.ts";
import type { Severity } from "./severity.ts";

/**
 * A computation that markets share. Cost is paid per primitive, never per market: one final-score grid prices most
 * of the catalogue. `reads` is the whole truth about its inputs; the soundness check tries to prove it wrong.
 */
export interface Primitive {
  readonly reads: Reads;
  /** What is certain by now, and whether anything can still be added. Settlement follows from it. */
  readonly progress: (state: MatchState) => Progress;
}

export type Reads = Readonly<Partial<Record<FactName, Severity>>>;

/** Counts already certain; `closed` once no more can be added. */
export interface Progress {
  readonly counted: Pair;
  readonly closed: boolean;
}

const fixtureInputs: Reads = { fixture: "soft", parameters: "soft", periods_played: "soft" };

/** What moves goal rates. Hard: a price from before it would be bought at once by whoever saw the match. */
const goalInputs: Reads = {
  ...fixtureInputs,
  score: "hard",
  red_cards: "hard",
  penalty_pending: "hard",
};
const firstHalfStoppage: Reads = { "stoppage.first_half": "soft" };
const anyStoppage: Reads = { ...firstHalfStoppage, "stoppage.second_half": "soft" };

const regularTimeOver = (state: MatchState): boolean => state.periodsPlayed >= 2;
const firstHalfOver = (state: MatchState): boolean => state.periodsPlayed >= 1;

export const PRIMITIVES = {
  full_time_score: {
    reads: { ...goalInputs, ...anyStoppage },
    progress: (state) => ({ counted: state.score, closed: regularTimeOver(state) }),
  },
  first_half_score: {
    reads: { ...goalInputs, ...firstHalfStoppage, half_time_score: "soft" },
    progress: (state) => ({
      counted: state.halfTimeScore ?? state.score,
      closed: firstHalfOver(state),
    }),
  },
  second_half_score: {
    reads: { ...goalInputs, ...anyStoppage, half_time_score: "soft" },
    progress: (state) => ({
      counted: state.halfTimeScore ? minus(state.score, state.halfTimeScore) : NONE,
      closed: regularTimeOver(state),
    }),
  },
  half_and_full: {
    reads: { ...goalInputs, ...anyStoppage, half_time_score: "soft" },
    // The joint space has two counts; `halfProgress` tells both.
    progress: (state) => ({ counted: state.score, closed: regularTimeOver(state) }),
  },
  corners: {
    reads: { ...fixtureInputs, ...anyStoppage, corners: "soft" },
    progress: (state) => ({ counted: state.counts.corners, closed: regularTimeOver(state) }),
  },
  first_half_corners: {
    reads: { ...fixtureInputs, ...firstHalfStoppage, corners: "soft", half_time_corners: "soft" },
    progress: (state) => ({
      counted: (state.halfTimeCounts ?? state.counts).corners,
      closed: firstHalfOver(state),
    }),
  },
  cards: {
    reads: { ...fixtureInputs, ...anyStoppage, cards: "soft", referee: "soft" },
    progress: (state) => ({ counted: state.counts.cards, closed: regularTimeOver(state) }),
  },
  first_half_cards: {
    reads: {
      ...fixtureInputs,
      ...firstHalfStoppage,
      cards: "soft",
      half_time_cards: "soft",
      referee: "soft",
    },
    progress: (state) => ({
      counted: (state.halfTimeCounts ?? state.counts).cards,
      closed: firstHalfOver(state),
    }),
  },
} as const satisfies Record<string, Primitive>;

export type PrimitiveId = keyof typeof PRIMITIVES;
export const PRIMITIVE_IDS = Object.keys(PRIMITIVES) as readonly PrimitiveId[];

/** Both halves of regular time, for markets on their combination. */
export function halfProgress(state: MatchState): { first: Progress; second: Progress } {
  return {
    first: PRIMITIVES.first_half_score.progress(state),
    second: PRIMITIVES.second_half_score.progress(state),
  };
}

/** The law that each primitive yields. */
export type Law<P extends PrimitiveId> = P extends "half_and_full" ? HalfFullGrid : CountGrid;
export type Laws = { readonly [P in PrimitiveId]?: Law<P> };
