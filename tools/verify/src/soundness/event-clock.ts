import {
  clockAt,
  type MatchClock,
  type MatchEvent,
  type MatchState,
  PERIOD_START_MINUTE,
  PERIODS,
} from "@touchline/domain";

/**
 * The match clock at which `event` happened: the clock it carries, or that of the state it met.
 *
 * One clock for both sides of an event, so that time itself changes nothing between them. It stands (`rate` 0):
 * how fast prices drift afterwards is another question, and not asking it saves half of the work.
 */
export function eventClock(event: MatchEvent, before: MatchState): MatchClock {
  const { period, minute, second } = event;
  // A late event from a period that has ended tells nothing about now.
  if (period === undefined || minute === undefined || PERIODS.indexOf(period) !== before.periodsPlayed || before.over)
    return ownClock(before, event);
  const seconds = (minute - PERIOD_START_MINUTE[period]) * 60 + (second ?? 0);
  return { phase: period, minutesIntoPeriod: Math.max(0, seconds / 60), rate: 0 };
}

/** The clock that `state` itself shows at the moment of `event`. */
export function ownClock(state: MatchState, event: MatchEvent): MatchClock {
  return { ...clockAt(state, Date.parse(event.occurredAt)), rate: 0 };
}

export function sameClock(a: MatchClock, b: MatchClock): boolean {
  return a.phase === b.phase && a.minutesIntoPeriod === b.minutesIntoPeriod;
}
