import type { EventLog } from "./event-log.ts";
import type { MatchEvent } from "./event.ts";
import { inMatchOrder } from "./event-order.ts";

/** The events of a log that say something of its match, in match order: not retracted, and no heartbeats. */
export function standingEvents(log: EventLog): MatchEvent[] {
  return inMatchOrder([...log.values()].filter((event) => !event.retracted && !saysNothing(event)));
}

/** A heartbeat says that its source is alive, and nothing of the match. */
export function saysNothing({ type }: MatchEvent): boolean {
  return type === "heartbeat";
}
