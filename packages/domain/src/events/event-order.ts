import { groupBy } from "../collections/group-by.ts";
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
  return putAmong(standing, placedByTime(standing, timed));
}

/** A place with keys that never fall along the events that one source numbers in one go. */
interface Rank {
  readonly place: EventPlace;
  /** Furthest clock reached; for what has no clock, the number of standing events before it. */
  reached: number;
  from: number;
  at: number;
  /** Place in its numbering; -1 without a number. */
  index: number;
}

function sortedByClock(clocked: readonly EventPlace[]): EventPlace[] {
  const ranks: Rank[] = [];
  const numberings = new Map<string, Rank[]>();
  for (const place of clocked) {
    const rank = rankOf(place, place.clock);
    ranks.push(rank);
    if (place.number === undefined) continue;
    const line = numberings.get(place.numbering);
    if (line) line.push(rank);
    else numberings.set(place.numbering, [rank]);
  }
  for (const line of numberings.values()) putInLine(line.sort(byNumber));
  ranks.sort(byClock);
  return ranks.map(({ place }) => place);
}

function rankOf(place: EventPlace, reached: number): Rank {
  return { place, reached, from: place.from, at: place.at, index: -1 };
}

function byNumber(a: Rank, b: Rank): number {
  return (a.place.number ?? 0) - (b.place.number ?? 0) || byPlace(a.place, b.place);
}

/** None of one numbering stands before one that its number stands behind. */
function putInLine(line: readonly Rank[]): void {
  let [reached, from, at] = [-Infinity, -Infinity, -Infinity];
  for (const [index, rank] of line.entries()) {
    rank.index = index;
    rank.reached = reached = Math.max(reached, rank.reached);
    rank.from = from = Math.max(from, rank.from);
    rank.at = at = Math.max(at, rank.at);
  }
}

/** Unnumbered events stand after every numbered one up to their own clock. */
function byClock(a: Rank, b: Rank): number {
  if (a.reached !== b.reached) return a.reached - b.reached;
  if (a.index < 0 && b.index < 0) return byPlace(a.place, b.place);
  return compare(Number(a.index < 0), Number(b.index < 0)) || byIdentity(a, b);
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
  if (timed.length === 0) return [];
  const times = runningMaximum(standing.map(({ at }) => at));
  const ranks = timed.map((place) =>
    rankOf(
      place,
      countWhile(times, (time) => time <= place.from),
    ),
  );
  const bySource = groupBy(
    ranks.filter(({ place }) => place.number !== undefined),
    ({ place }) => place.event.source,
  );
  for (const [source, line] of bySource) putBetween(line, new Numbering(standing, times, source));
  return ranks.sort((a, b) => compare(a.reached, b.reached) || compare(a.from, b.from) || byIdentity(a, b));
}

/** Puts the numbered events of one source between those of its events that have a clock. */
function putBetween(line: readonly Rank[], numbering: Numbering): void {
  const windows = line.map((rank) => ({ rank, ...numbering.windowOf(rank.place) }));
  windows.sort((a, b) => a.after - b.after || a.stretch - b.stretch || byNumber(a.rank, b.rank));
  for (const { rank, after, before } of windows) rank.reached = Math.min(Math.max(rank.reached, after), before);
  putInLine(windows.map(({ rank }) => rank));
}

function putAmong(standing: readonly EventPlace[], ranks: readonly Rank[]): MatchEvent[] {
  const ordered: MatchEvent[] = [];
  let next = 0;
  for (let index = 0; index <= standing.length; index++) {
    for (let rank = ranks[next]; rank?.reached === index; rank = ranks[++next]) ordered.push(rank.place.event);
    const place = standing[index];
    if (place) ordered.push(place.event);
  }
  return ordered;
}
