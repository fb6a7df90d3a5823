import {
  appendEvent,
  EMPTY_STATE,
  type EventLog,
  foldEvents,
  type MatchClock,
  type MatchEvent,
  type MatchState,
} from "@touchline/domain";
import type { Arrival } from "../soundness/arrival.ts";
import { eventClock } from "../soundness/event-clock.ts";

/** One event of a match and the states on both sides of it, with the clock at which both are predicted. */
export interface Situation {
  readonly matchId: string;
  readonly event: MatchEvent;
  readonly injected: boolean;
  readonly before: MatchState;
  readonly after: MatchState;
  readonly clock: MatchClock;
}

/** The events of a match in order of arrival, but for those before its fixture is known. */
export function situationsOf(arrivals: readonly Arrival[]): Situation[] {
  const situations: Situation[] = [];
  let log: EventLog = new Map();
  let before = EMPTY_STATE;
  for (const { event, injected } of arrivals) {
    log = appendEvent(log, event);
    const after = foldEvents(log);
    if (before.fixture && after.fixture)
      situations.push({ matchId: event.matchId, event, injected, before, after, clock: eventClock(event, before) });
    before = after;
  }
  return situations;
}
