import type { MatchEvent } from "./event.ts";
import { byPlace, compare, type EventPlace, NO_CLOCK, placeOf } from "./event-place.ts";
import { countWhile, Numbering, runningMaximum } from "./event-numbering.ts";

/**
 * Match order of a set of events: by period, within a period by each source's own numbers and by the match clock, by
 * `occurredAt` where there is no clock, with identity as the last word.
 *
 * A `sequence` orders the events of one source within one numbering, and nothing else: the numbers of two sources mean
 * nothing to each other, and a source may start anew in each period. A feed may also number some events and not others
 * (an operator's correction carries a clock only, a bet stop by hand not even that). Comparing pairs by whichever key
 * both have is not transitive, so the order is made in two steps. What has a clock is sorted, a numbered event at the
 * furthest clock that its source has reached by its number. What has no clock is then put among it by time, but never
 * to the wrong side of those events of its own source that its number stands behind or ahead of.
 */
export function inMatchOrder(events: Iterable<MatchEvent>): MatchEvent[] {
  const clocked: EventPlace[] = [];
  const timed: EventPlace[] = [];
  for (const event of events) {
    const place = placeOf(event);
    (place.clock === NO_CLOCK ? timed : clocked).push(place);
  }
  const standing = sortedByClock(clocked);
  return putAmong(standing, placedByTime(standing, timed)).map(({ event }) => event);
}

/** A place with keys that never fall along the events that one source numbers in one go. */
interface Rank {
  readonly place: EventPlace;
  /** Furthest clock reached; for what has no clock, the number of standing events before it. */
  readonly reached: number;
  readonly from: number;
  readonly at: number;
  /** Place in its numbering; -1 without a number. */
  readonly index: number;
}

const isNumbered = ({ event }: EventPlace): boolean => event.sequence !== undefined;
const numberOf = ({ event }: EventPlace): number => event.sequence ?? 0;

function sortedByClock(clocked: readonly EventPlace[]): EventPlace[] {
  const ranks = clocked.filter((place) => !isNumbered(place)).map((place) => rankOf(place, place.clock));
  // In each period a source may start anew.
  const numberings = Map.groupBy(clocked.filter(isNumbered), ({ event, stretch }) => `${stretch} ${event.source}`);
  for (const line of numberings.values()) {
    line.sort((a, b) => numberOf(a) - numberOf(b) || byPlace(a, b));
    ranks.push(...inLine(line.map((place, index) => rankOf(place, place.clock, index))));
  }
  return ranks.sort(byClock).map(({ place }) => place);
}

function rankOf(place: EventPlace, reached: number, index = -1): Rank {
  return { place, reached, from: place.from, at: place.at, index };
}

/** Ranks of one numbering, none before the one that its number stands behind. */
function inLine(line: readonly Rank[]): Rank[] {
  let [reached, from, at] = [-Infinity, -Infinity, -Infinity];
  return line.map((rank) => {
    reached = Math.max(reached, rank.reached);
    from = Math.max(from, rank.from);
    at = Math.max(at, rank.at);
    return { ...rank, reached, from, at };
  });
}

/** Unnumbered events stand after every numbered one up to their own clock. */
function byClock(a: Rank, b: Rank): number {
  const unnumbered = a.index < 0 && b.index < 0;
  return (
    compare(a.reached, b.reached) ||
    (unnumbered ? byPlace(a.place, b.place) : compare(Number(a.index < 0), Number(b.index < 0))) ||
    byIdentity(a, b)
  );
}

function byIdentity(a: Rank, b: Rank): number {
  return (
    compare(a.at, b.at) ||
    compare(a.index < 0 ? a.place.rank : -1, b.index < 0 ? b.place.rank : -1) ||
    compare(a.place.event.source, b.place.event.source) ||
    compare(a.index, b.index) ||
    compare(a.place.event.id, b.place.event.id)
  );
}

/** Events without a clock, each with the number of standing events that it comes after. */
function placedByTime(standing: readonly EventPlace[], timed: readonly EventPlace[]): Rank[] {
  const times = runningMaximum(standing.map(({ at }) => at));
  const gapOf = ({ from }: EventPlace): number => countWhile(times, (time) => time <= from);
  const ranks = timed.filter((place) => !isNumbered(place)).map((place) => rankOf(place, gapOf(place)));
  const bySource = Map.groupBy(timed.filter(isNumbered), ({ event }) => event.source);
  for (const [source, places] of bySource) {
    const numbering = new Numbering(standing, times, source);
    const windows = places.map((place) => ({ place, ...numbering.windowOf(place) }));
    windows.sort(
      (a, b) =>
        a.after - b.after ||
        a.stretch - b.stretch ||
        numberOf(a.place) - numberOf(b.place) ||
        byPlace(a.place, b.place),
    );
    const line = windows.map(({ place, after, before }, index) =>
      rankOf(place, Math.min(Math.max(gapOf(place), after), before), index),
    );
    ranks.push(...inLine(line));
  }
  return ranks.sort((a, b) => compare(a.reached, b.reached) || compare(a.from, b.from) || byIdentity(a, b));
}

function putAmong(standing: readonly EventPlace[], ranks: readonly Rank[]): EventPlace[] {
  const ordered: EventPlace[] = [];
  let next = 0;
  for (const [index, place] of [...standing, undefined].entries()) {
    for (let rank = ranks[next]; rank?.reached === index; rank = ranks[++next]) ordered.push(rank.place);
    if (place) ordered.push(place);
  }
  return ordered;
}
