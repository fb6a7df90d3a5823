import type { MatchState } from "./match-state.ts";
import { PERIOD_START_MINUTE } from "../events/period.ts";
import { addTo, NONE, type Pair } from "../events/side.ts";

/**
 * A quarter of an hour of regular time. Stoppage belongs to the window before it: the third and the sixth end with
 * their half, not on the 45th and 90th minute.
 */
export interface GoalWindow {
  readonly id: string;
  readonly half: "first_half" | "second_half";
  /** Elapsed match minutes, `from` included, `to` not; null: until the half ends. */
  readonly from: number;
  readonly to: number | null;
}

const windows = [
  { id: "0_15", half: "first_half", from: 0, to: 15 },
  { id: "15_30", half: "first_half", from: 15, to: 30 },
  { id: "30_45", half: "first_half", from: 30, to: null },
  { id: "45_60", half: "second_half", from: 45, to: 60 },
  { id: "60_75", half: "second_half", from: 60, to: 75 },
  { id: "75_90", half: "second_half", from: 75, to: null },
] as const satisfies readonly GoalWindow[];

export type WindowId = (typeof windows)[number]["id"];
export const GOAL_WINDOWS: readonly (GoalWindow & { readonly id: WindowId })[] = windows;

/** Minutes at which a window ends within its half. That one has passed is a fact once any event came from beyond it. */
export const WINDOW_MARKS = [15, 30, 60, 75] as const;
export type WindowMark = (typeof WINDOW_MARKS)[number];

/** Whether the mark lies behind a play event of `period` at `minute`. */
export function isMarkPassed(mark: WindowMark, period: string, minute: number): boolean {
  const half = mark < PERIOD_START_MINUTE.second_half ? "first_half" : "second_half";
  return period === half && minute >= mark;
}

/** Goals inside the window so far. One without a minute counts in the window in which its half ends. */
export function goalsInWindow({ half, from, to }: GoalWindow, state: MatchState): Pair {
  return state.goals.reduce((counted, { side, period, minute }) => {
    if (period !== half) return counted;
    const inside = minute === null ? to === null : minute >= from && (to === null || minute < to);
    return inside ? addTo(counted, side) : counted;
  }, NONE);
}

/** No goal can fall inside the window any more, as far as the events tell. */
export function isWindowOver({ half, to }: GoalWindow, state: MatchState): boolean {
  const halvesNeeded = half === "first_half" ? 1 : 2;
  return state.periodsPlayed >= halvesNeeded || (to !== null && state.marksPassed.includes(to));
}
