import { type MatchEvent, matchPhaseOf, stepSeverityOf } from "@touchline/domain";
import type { MatchStep, StepCause } from "../events/apply-event.ts";

/** The text of a `touched` message, but for its head, in two parts. */
export interface StepMessageText {
  /** A JSON object without its end: what differs from step to step. */
  readonly opening: string;
  /** What goes on with it, with a comma: the lists of its markets, which many steps have in common. */
  readonly rest: string;
}

/**
 * The part of a `touched` message that is known before the step is applied: the script puts the head of the message
 * before it, which holds what only the script knows.
 */
export function stepMessage({ event, plan, state, acceptedAt }: MatchStep, cause: StepCause): StepMessageText {
  const opening = {
    // First and in this order: `stepTimingOf` finds them without parsing the rest.
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
    severity: stepSeverityOf(plan),
    phase: matchPhaseOf(state),
    event: event
      ? summaryOf(event)
      : { id: cause.eventId, source: cause.source, type: cause.type, reason: cause.reason },
    changed: plan.changed,
    clockMoved: plan.clockMoved,
    openMarkets: plan.open,
    markets_affected_logical: plan.touched.length + plan.settled.length,
    markets_preserved: plan.preserved,
  };
  const rest = {
    touched: plan.touched.map(({ market, severity, because, variants }) => ({ market, severity, because, variants })),
    settled: plan.settled.map(({ market, settlement }) => ({
      market,
      outcomes: settlement.outcomes,
      provisional: settlement.provisional,
    })),
    reopened: plan.reopened,
    offerChanged: plan.offerChanged,
  };
  return { opening: JSON.stringify(opening).slice(0, -1), rest: `,${JSON.stringify(rest).slice(1)}` };
}

function summaryOf({ id, source, type, team, period, minute, second, player, retracted }: MatchEvent): object {
  return { id, source, type, team, period, minute, second, player, ...(retracted ? { retracted } : {}) };
}
