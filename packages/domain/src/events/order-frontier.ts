import type { MatchEvent } from "./event.ts";
import { byPlace, compare, type EventPlace, NO_CLOCK, placeOf } from "./event-place.ts";

/**
 * How far an order of events (see `inMatchOrder`) reaches: enough to prove that one more event stands behind all of
 * them and moves none. A few numbers for each source, however many events there are.
 */
export interface OrderFrontier {
  /** Latest `occurredAt` among the events with a clock and among those without, wall-clock milliseconds. */
  readonly clockedAt: number;
  readonly timedAt: number;
  /** The last numbered and the last unnumbered of the events with a clock. */
  readonly numbered: Reached | undefined;
  readonly unnumbered: EventPlace | undefined;
  /** The last of the unnumbered events without a clock at `timedAt`; numbered ones stand before it. */
  readonly timed: EventPlace | undefined;
  readonly sources: ReadonlyMap<string, SourceFrontier>;
  /** Furthest of each numbering: a source in one stretch of play. */
  readonly numberings: ReadonlyMap<string, Reached>;
}

/** How far numbered events reach: the furthest clock, the latest time and the greatest number up to there. */
interface Reached {
  readonly clock: number;
  readonly at: number;
  readonly number: number;
  readonly source: string;
  readonly numbering: string;
}

interface SourceFrontier {
  /** Number of the last event that has a clock, and whether the numbers have grown all along. */
  readonly lastMark: number;
  readonly isOne: boolean;
  /** Greatest number of an event with a clock, and of one without. */
  readonly clocked: number;
  readonly timed: number;
}

export const UNORDERED: OrderFrontier = {
  clockedAt: -Infinity,
  timedAt: -Infinity,
  numbered: undefined,
  unnumbered: undefined,
  timed: undefined,
  sources: new Map(),
  numberings: new Map(),
};

const SILENT: SourceFrontier = { lastMark: -Infinity, isOne: true, clocked: -Infinity, timed: -Infinity };

/** @param events standing, in match order */
export function frontierOf(events: readonly MatchEvent[]): OrderFrontier {
  return events.reduce((frontier, event) => advance(frontier, placeOf(event)), UNORDERED);
}

/**
 * The frontier with `event` behind it.
 * @returns undefined unless `event` certainly stands behind all others and moves none of them
 */
export function pastFrontier(frontier: OrderFrontier, event: MatchEvent): OrderFrontier | undefined {
  const place = placeOf(event);
  const isLast = place.clock === NO_CLOCK ? isLastTimed(frontier, place) : isLastClocked(frontier, place);
  return isLast ? advance(frontier, place) : undefined;
}

/**
 * An event without a clock stands behind what has one when it came no earlier than all of that, and behind its like
 * when it came later. Its number must not put it, or others of its source, between events with a clock.
 */
function isLastTimed(frontier: OrderFrontier, place: EventPlace): boolean {
  const { clockedAt, timedAt, timed } = frontier;
  // What introduces a match stands at its beginning, however late it comes.
  if (place.from !== place.at || place.at < clockedAt) return false;
  if (place.number === undefined)
    return place.at > timedAt || (place.at === timedAt && (!timed || byIdentity(place, timed) > 0));
  const source = frontier.sources.get(place.event.source) ?? SILENT;
  return place.at > timedAt && source.isOne && place.number > Math.max(source.clocked, source.timed);
}

/** An event with a clock stands last when no other has reached as far, by clock or by time, and its number fits. */
function isLastClocked(frontier: OrderFrontier, place: EventPlace): boolean {
  if (!(place.at > frontier.timedAt && place.at >= frontier.clockedAt)) return false;
  const { numbered, unnumbered } = frontier;
  if (place.number === undefined)
    return (!numbered || place.clock >= numbered.clock) && (!unnumbered || byPlace(place, unnumbered) > 0);
  const line = frontier.numberings.get(place.numbering);
  if (line && place.number <= line.number) return false;
  const source = frontier.sources.get(place.event.source) ?? SILENT;
  // Its number divides those of its source that have no clock; a numbering that starts anew reads them otherwise.
  if (source.timed > -Infinity && !(source.isOne && place.number > Math.max(source.timed, source.clocked)))
    return false;
  const clock = Math.max(place.clock, line?.clock ?? -Infinity);
  if (unnumbered && clock <= unnumbered.clock) return false;
  return !numbered || isBehind({ ...reachedOf(place), clock }, numbered);
}

/** Among numbered events that have reached one clock at one time the source decides, and within a source its number. */
function isBehind(place: Reached, other: Reached): boolean {
  if (place.clock !== other.clock) return place.clock > other.clock;
  if (place.at !== other.at) return place.at > other.at;
  return place.source > other.source || place.numbering === other.numbering;
}

function byIdentity(a: EventPlace, b: EventPlace): number {
  return a.rank - b.rank || compare(a.event.source, b.event.source) || compare(a.event.id, b.event.id);
}

/** The frontier with one more event that stands behind all others. */
function advance(frontier: OrderFrontier, place: EventPlace): OrderFrontier {
  return place.clock === NO_CLOCK ? advanceTimed(frontier, place) : advanceClocked(frontier, place);
}

function advanceTimed(frontier: OrderFrontier, place: EventPlace): OrderFrontier {
  const { timedAt } = frontier;
  const sources =
    place.number === undefined ? frontier.sources : withTimedNumber(frontier.sources, place, place.number);
  if (place.at > timedAt)
    return { ...frontier, sources, timedAt: place.at, timed: place.number === undefined ? place : undefined };
  if (place.at < timedAt || place.number !== undefined) return { ...frontier, sources };
  const { timed } = frontier;
  return timed && byIdentity(place, timed) < 0 ? frontier : { ...frontier, timed: place };
}

function advanceClocked(frontier: OrderFrontier, place: EventPlace): OrderFrontier {
  const clockedAt = Math.max(frontier.clockedAt, place.at);
  if (place.number === undefined) {
    const { unnumbered } = frontier;
    return { ...frontier, clockedAt, unnumbered: unnumbered && byPlace(place, unnumbered) < 0 ? unnumbered : place };
  }
  const source = frontier.sources.get(place.event.source) ?? SILENT;
  const line = frontier.numberings.get(place.numbering);
  const reached = furthest(reachedOf(place), line);
  return {
    ...frontier,
    clockedAt,
    numbered: reached,
    sources: new Map(frontier.sources).set(place.event.source, {
      ...source,
      lastMark: place.number,
      isOne: source.isOne && place.number >= source.lastMark,
      clocked: Math.max(source.clocked, place.number),
    }),
    numberings: new Map(frontier.numberings).set(place.numbering, reached),
  };
}

function reachedOf({ clock, at, number = 0, event, numbering }: EventPlace): Reached {
  return { clock, at, number, source: event.source, numbering };
}

function furthest(reached: Reached, line: Reached | undefined): Reached {
  if (!line) return reached;
  return {
    ...reached,
    clock: Math.max(reached.clock, line.clock),
    at: Math.max(reached.at, line.at),
    number: Math.max(reached.number, line.number),
  };
}

function withTimedNumber(sources: OrderFrontier["sources"], { event }: EventPlace, number: number) {
  const source = sources.get(event.source) ?? SILENT;
  return new Map(sources).set(event.source, { ...source, timed: Math.max(source.timed, number) });
}
