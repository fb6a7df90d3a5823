import type { MatchEvent } from "./event.ts";
import type { EventType } from "./event-payloads.ts";
import { PERIOD_START_MINUTE, PERIODS, periodIndex } from "./period.ts";

/** What an event says of its own place in a match, read once for all comparisons. */
export interface EventPlace {
  readonly event: MatchEvent;
  /** Seconds into the match, each period on a stretch of its own; `NO_CLOCK` where the event tells none. */
  readonly clock: number;
  /**
   * Stretch on which the event stands: a period's place in playing order, one more for the end; undefined if unknown.
   */
  readonly stretch: number | undefined;
  /** When it counts from, wall-clock milliseconds; -Infinity for what introduces the match. */
  readonly from: number;
  /** `occurredAt` in wall-clock milliseconds. */
  readonly at: number;
  /** Order at one clock. */
  readonly rank: number;
  /** The feed's own number, and the numbering it belongs to: in each period a source may start anew. */
  readonly number: number | undefined;
  readonly numbering: string;
}

export const NO_CLOCK = -1;

/** Events never change, and each is ordered again with every one that follows. Forgotten with the event. */
const places = new WeakMap<MatchEvent, EventPlace>();

export function placeOf(event: MatchEvent): EventPlace {
  const known = places.get(event);
  if (known) return known;
  const place = readPlace(event);
  places.set(event, place);
  return place;
}

function readPlace(event: MatchEvent): EventPlace {
  const clock = clockKey(event);
  const at = Date.parse(event.occurredAt);
  // What introduces a match without a clock counts from its beginning, however late it is reported.
  const introduces = clock === NO_CLOCK && (event.type === "fixture" || event.type === "lineup_confirmed");
  const stretch = stretchOf(event);
  return {
    event,
    clock,
    stretch,
    from: introduces ? -Infinity : at,
    at,
    rank: rankOf(event),
    number: event.sequence,
    numbering: `${stretch} ${event.source}`,
  };
}

/** Decides between equals: by what usually comes first at one clock, by time, and by identity in the end. */
export function byPlace(a: EventPlace, b: EventPlace): number {
  return (
    compare(a.clock, b.clock) ||
    a.rank - b.rank ||
    compare(a.at, b.at) ||
    compare(a.event.source, b.event.source) ||
    compare(a.event.id, b.event.id)
  );
}

export function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** More seconds than any period has. */
const STRETCH = 1_000_000;

/** First-half stoppage stays before 45:00 of the second, because each period has a stretch of its own. */
function clockKey(event: MatchEvent): number {
  if (event.type === "full_time") return Number.MAX_SAFE_INTEGER;
  if (event.type === "kick_off") return periodIndex(event.period ?? "first_half") * STRETCH;
  if (event.period === undefined || TIMED.has(event.type)) return NO_CLOCK;
  const stretch = periodIndex(event.period) * STRETCH;
  if (event.type === "period_start") return stretch;
  if (event.type === "period_end") return stretch + STRETCH - 1;
  if (event.minute === undefined) return stretch + 1;
  const seconds = (event.minute - PERIOD_START_MINUTE[event.period]) * 60 + (event.second ?? 59);
  return stretch + 1 + Math.max(0, seconds);
}

/**
 * Types whose clock does not say when they were decided: that of a resumption says where play goes on, which may be
 * before where it stopped, and that of an awarded result where play ended.
 */
const TIMED: ReadonlySet<string> = new Set<EventType>(["resumed", "awarded", "void"]);

function stretchOf({ type, period }: MatchEvent): number | undefined {
  if (type === "full_time") return PERIODS.length;
  if (type === "kick_off") return periodIndex(period ?? "first_half");
  return period && periodIndex(period);
}

const USUAL = 3;

/**
 * At one clock a penalty is awarded before it is taken, and taken before its goal; a booking comes before the one that
 * it adds up to, and before its player is replaced. The kicks of a shoot-out often share a clock: they go by time.
 */
function rankOf({ type, period }: MatchEvent): number {
  return (period === "shoot_out" ? undefined : RANKS[type]) ?? USUAL;
}

const RANKS: Readonly<Record<string, number>> = {
  penalty_awarded: 0,
  penalty_taken: 1,
  penalty_missed: 1,
  goal: 2,
  second_yellow_card: 4,
  red_card: 5,
  substitution: 6,
} satisfies Partial<Record<EventType, number>>;
