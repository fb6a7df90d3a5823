import { type MatchEvent, sideOf } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import { kick } from "./fold-kicks.ts";
import { currentPeriod } from "./fold-periods.ts";
import type { Counts, Goal, MatchState } from "./match-state.ts";
import { periodIndex } from "../events/period.ts";
import { addTo } from "../events/side.ts";

export function countGoal(before: MatchState, event: MatchEvent, payload: PayloadOf<"goal">): MatchState {
  const side = sideOf(event);
  if (payload.confirmation === "possible") return { ...before, goalPending: side };
  // Given or not: what was possible for this side is decided.
  const state = before.goalPending === side ? { ...before, goalPending: null } : before;
  if (payload.confirmation === "cancelled") return state;
  const period = event.period ?? currentPeriod(state);
  if (period === "shoot_out") return kick(state, event, true);
  const goal: Goal = {
    side,
    period,
    minute: event.minute ?? null,
    player: event.player ?? null,
    ownGoal: payload.kind === "own_goal",
    provisional: payload.confirmation === "tbd",
  };
  const next = { ...state, goals: [...state.goals, goal], ...penaltyOf(state, event, payload) };
  if (periodIndex(period) >= 2) return { ...next, extraTimeScore: addTo(state.extraTimeScore, side) };
  // A goal of the first half may be given in the break, or be reported later still.
  const late = period === "first_half" && state.halfTimeScore ? addTo(state.halfTimeScore, side) : state.halfTimeScore;
  return { ...next, score: addTo(state.score, side), halfTimeScore: late };
}

/** A penalty goal ends the wait for it, and proves that one was given even if nobody said so. */
function penaltyOf(state: MatchState, event: MatchEvent, { kind }: PayloadOf<"goal">): Partial<MatchState> {
  if (kind !== "penalty") return {};
  const unannounced = state.penaltiesAwarded === 0 && isOfRegularTime(state, event);
  return { penaltyPending: null, penaltiesAwarded: unannounced ? 1 : state.penaltiesAwarded };
}

/** Corners, cards and penalties of extra time belong to no market. A late report belongs where its clock says. */
export function isOfRegularTime(state: MatchState, { period }: Pick<MatchEvent, "period">): boolean {
  return period ? periodIndex(period) < 2 : state.periodsPlayed < 2;
}

export function count(state: MatchState, event: Pick<MatchEvent, "team" | "period">, what: keyof Counts): MatchState {
  if (!isOfRegularTime(state, event)) return state;
  const side = sideOf(event);
  const counts = { ...state.counts, [what]: addTo(state.counts[what], side) };
  // What is shown or given in the break belongs to the first half, unless its feed says otherwise.
  const inBreak = event.period === undefined && state.periodsPlayed === 1 && state.clock === null;
  const inFirstHalf = state.halfTimeCounts !== null && (event.period === "first_half" || inBreak);
  const halfTimeCounts =
    inFirstHalf && state.halfTimeCounts
      ? { ...state.halfTimeCounts, [what]: addTo(state.halfTimeCounts[what], side) }
      : state.halfTimeCounts;
  return { ...state, counts, halfTimeCounts };
}
