import type { FactName } from "../facts.ts";
import { GOAL_WINDOWS, goalsInWindow, isWindowOver, type WindowId } from "../../match/goal-window.ts";
import type { MatchState } from "../../match/match-state.ts";
import {
  anyStoppage,
  cardInputs,
  cornerInputs,
  extraTimeInputs,
  firstHalfStoppage,
  goalInputs,
  type Reads,
} from "../reads.ts";
import { minus, NONE, type Pair } from "../../events/side.ts";

/**
 * A distribution over two counts, home and away. What is certain by now follows from the state; settlement follows from
 * that.
 */
export interface CountPrimitive {
  readonly reads: Reads;
  readonly progress: (state: MatchState) => Progress;
}

export interface Progress {
  /** Counts that are certain. They only grow. */
  readonly counted: Pair;
  /** Nothing can be added any more. */
  readonly closed: boolean;
  /** It will never be played: stakes are returned. */
  readonly void?: boolean;
}

const regularTimeOver = (state: MatchState): boolean => state.periodsPlayed >= 2;
const firstHalfOver = (state: MatchState): boolean => state.periodsPlayed >= 1;

/** Extra time starts from nil-nil: the score of the 90 minutes does not change its distribution. */
const { score: _ninetyMinutes, ...withoutScore } = goalInputs;

const base = {
  full_time_score: {
    reads: { ...goalInputs, ...anyStoppage },
    progress: (state) => ({ counted: state.score, closed: regularTimeOver(state) }),
  },
  first_half_score: {
    reads: { ...goalInputs, ...firstHalfStoppage, half_time_score: "soft" },
    progress: (state) => ({ counted: state.halfTimeScore ?? state.score, closed: firstHalfOver(state) }),
  },
  second_half_score: {
    reads: { ...goalInputs, ...anyStoppage, half_time_score: "soft" },
    progress: (state) => ({
      counted: state.halfTimeScore ? minus(state.score, state.halfTimeScore) : NONE,
      closed: regularTimeOver(state),
    }),
  },
  extra_time_score: {
    reads: { ...withoutScore, ...extraTimeInputs },
    progress: (state) => ({
      counted: state.extraTimeScore,
      closed: state.periodsPlayed >= 4 || state.playedOut,
      void: isDecidedWithoutExtraTime(state) || wentStraightToPenalties(state),
    }),
  },
  corners: {
    reads: { ...anyStoppage, ...cornerInputs },
    progress: (state) => ({ counted: state.counts.corners, closed: regularTimeOver(state) }),
  },
  first_half_corners: {
    reads: { ...firstHalfStoppage, ...cornerInputs, half_time_corners: "soft" },
    progress: (state) => ({ counted: (state.halfTimeCounts ?? state.counts).corners, closed: firstHalfOver(state) }),
  },
  cards: {
    reads: { ...anyStoppage, ...cardInputs },
    progress: (state) => ({ counted: state.counts.cards, closed: regularTimeOver(state) }),
  },
  first_half_cards: {
    reads: { ...firstHalfStoppage, ...cardInputs, half_time_cards: "soft" },
    progress: (state) => ({ counted: (state.halfTimeCounts ?? state.counts).cards, closed: firstHalfOver(state) }),
  },
} as const satisfies Record<string, CountPrimitive>;

/** Regular time decided the match, or it ended without any extra time. */
export function isDecidedWithoutExtraTime(state: MatchState): boolean {
  const level = state.score.home === state.score.away;
  return (state.periodsPlayed >= 2 && !level) || (state.playedOut && state.periodsPlayed <= 2);
}

function wentStraightToPenalties({ periodsPlayed, extraTimePlayed }: MatchState): boolean {
  return periodsPlayed >= 4 && !extraTimePlayed;
}

type WindowPrimitiveId = `goals_${WindowId}`;

const windows = Object.fromEntries(
  GOAL_WINDOWS.map((window): [WindowPrimitiveId, CountPrimitive] => {
    const own: readonly FactName[] = ["goal_times", ...(window.to === null ? [] : [`passed.${window.to}` as FactName])];
    const stoppage = window.half === "first_half" ? firstHalfStoppage : anyStoppage;
    return [
      `goals_${window.id}`,
      {
        reads: { ...goalInputs, ...stoppage, ...Object.fromEntries(own.map((fact) => [fact, "soft"])) },
        progress: (state) => ({ counted: goalsInWindow(window, state), closed: isWindowOver(window, state) }),
      },
    ];
  }),
) as Record<WindowPrimitiveId, CountPrimitive>;

export const COUNT_PRIMITIVES = { ...base, ...windows } satisfies Record<string, CountPrimitive>;
export type CountPrimitiveId = keyof typeof COUNT_PRIMITIVES;
