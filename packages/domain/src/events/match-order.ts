import type { EventLog } from "./event-log.ts";
import type { MatchEvent } from "./event.ts";
import { saysNothing, standingEvents } from "./standing-events.ts";
import { frontierOf, type OrderFrontier, pastFrontier, UNORDERED } from "./order-frontier.ts";

/** The standing events of a match in match order, with what tells in constant time whether one more stands last. */
export interface MatchOrder {
  readonly events: readonly MatchEvent[];
  readonly frontier: OrderFrontier;
}

export const NOTHING_ORDERED: MatchOrder = { events: [], frontier: UNORDERED };

/** The order of a whole log: n log n comparisons. */
export function matchOrderOf(log: EventLog): MatchOrder {
  const events = standingEvents(log);
  return { events, frontier: frontierOf(events) };
}

/**
 * `order` with one more event behind all others: what ordering all of them again would give.
 * @returns undefined where the event does not certainly stand last, or would move another: then only ordering again
 * tells
 */
export function withLast(order: MatchOrder, event: MatchEvent): MatchOrder | undefined {
  if (saysNothing(event)) return order;
  const frontier = pastFrontier(order.frontier, event);
  return frontier && { events: [...order.events, event], frontier };
}
