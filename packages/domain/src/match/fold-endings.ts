import type { MatchEvent } from "../events/event.ts";
import type { PayloadOf } from "../events/event-payloads.ts";
import { endPeriod, lastPeriodOf, restartClock, stopClock } from "./fold-periods.ts";
import type { MatchState } from "./match-state.ts";
import type { Pair, Side } from "../events/side.ts";

/**
 * The final whistle. On a match that stands abandoned, postponed or decided elsewhere it only says that nothing more
 * will come: a score of minute 30 is no result. What an abandoned match had not decided is void then, until play goes
 * on or a result is awarded. One that was reported before play went on belongs to what was played before.
 */
export function whistle(state: MatchState, event: MatchEvent): MatchState {
  if (state.resumedAt !== null && Date.parse(event.occurredAt) < state.resumedAt) return state;
  if (state.halted || state.decision) {
    const decision = state.decision ?? (state.halted === "abandoned" ? { kind: "abandoned" as const } : null);
    return { ...stopClock(state, event), over: true, decision };
  }
  return { ...endPeriod(state, lastPeriodOf(state)), over: true, playedOut: true };
}

export function abandon(state: MatchState, event: MatchEvent): MatchState {
  return { ...stopClock(state, event), halted: "abandoned" };
}

/** Play goes on, also where a feed had closed the match for the time being. */
export function resume(state: MatchState, event: MatchEvent): MatchState {
  const decision = state.decision?.kind === "abandoned" ? null : state.decision;
  const over = state.over && (state.playedOut || decision !== null);
  return { ...restartClock(state, event), halted: null, over, decision, resumedAt: Date.parse(event.occurredAt) };
}

/** A result that was decided away from the pitch. What play had decided stands, and the rest is void. */
export function award(state: MatchState, event: MatchEvent, payload: PayloadOf<"awarded">): MatchState {
  const score = payload.score ?? null;
  return {
    ...stopClock(state, event),
    over: true,
    decision: { kind: "awarded", score, winner: payload.winner ?? (score && winnerOf(score)) },
  };
}

export function makeVoid(state: MatchState, event: MatchEvent): MatchState {
  return { ...stopClock(state, event), over: true, decision: { kind: "void" } };
}

function winnerOf({ home, away }: Pair): Side | null {
  return home === away ? null : home > away ? "home" : "away";
}
