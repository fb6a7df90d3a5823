import type { MatchEvent } from "@touchline/domain";
import type { MatchStep, StepCause } from "../events/apply-event.ts";

/**
 * The part of a `touched` message that is known before the step is applied, as JSON text: the script puts the head of
 * the message before it, which holds what only the script knows.
 */
export function stepMessage({ event, plan }: MatchStep, cause: StepCause): string {
  const message = {
    event: event
      ? summaryOf(event)
      : { id: cause.eventId, source: cause.source, type: cause.type, reason: cause.reason },
    changed: plan.changed,
    touched: plan.touched.map(({ market, severity, because, variants }) => ({ market, severity, because, variants })),
    settled: plan.settled.map(({ market, settlement }) => ({
      market,
      outcomes: settlement.outcomes,
      provisional: settlement.provisional,
    })),
    reopened: plan.reopened,
    offerChanged: plan.offerChanged,
    clockMoved: plan.clockMoved,
    openMarkets: plan.open,
    markets_affected_logical: plan.touched.length + plan.settled.length,
    markets_preserved: plan.preserved,
  };
  return JSON.stringify(message);
}

function summaryOf({ id, source, type, team, period, minute, second, player, retracted }: MatchEvent): object {
  return { id, source, type, team, period, minute, second, player, ...(retracted ? { retracted } : {}) };
}
