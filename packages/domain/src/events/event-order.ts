import type { MatchEvent } from "./event.ts";
import { PERIOD_START_MINUTE, periodIndex } from "./period.ts";

/**
 * Match order of a set of events: by `sequence`, else by period and clock, else by `occurredAt`, with identity as
 * the last word.
 *
 * A feed may number some events and not others (an operator's correction carries a clock only, a bet stop by hand not
 * even that). Comparing pairs by whichever key both have is not transitive, so the kinds are merged one into the
 * other: unnumbered events stand after every numbered one up to their own clock, and what has neither number nor
 * clock stands after everything up to its own time.
 */
export function inMatchOrder(events: Iterable<MatchEvent>): MatchEvent[] {
  const numbered: MatchEvent[] = [];
  const clocked: MatchEvent[] = [];
  const timed: MatchEvent[] = [];
  for (const event of events)
    (event.sequence !== undefined ? numbered : clockKey(event) === NO_CLOCK ? timed : clocked).push(event);
  numbered.sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0) || byClock(a, b));
  clocked.sort(byClock);
  timed.sort((a, b) => compare(timeKey(a), timeKey(b)) || byClock(a, b));
  return merged(merged(numbered, clocked, clockKey), timed, timeKey);
}

type Key = (event: MatchEvent) => number;

/** `added` among `standing`, each after all that stands up to its own key. `added` is in the order of `keyOf`. */
function merged(standing: readonly MatchEvent[], added: readonly MatchEvent[], keyOf: Key): MatchEvent[] {
  const ordered: MatchEvent[] = [];
  let next = 0;
  let reached = -Infinity;
  for (const event of added) {
    for (let candidate = standing[next]; candidate; candidate = standing[++next]) {
      // Running maximum: a numbered event without a clock stands where its neighbours stand.
      reached = Math.max(reached, keyOf(candidate));
      if (reached > keyOf(event)) break;
      ordered.push(candidate);
    }
    ordered.push(event);
  }
  return [...ordered, ...standing.slice(next)];
}

function byClock(a: MatchEvent, b: MatchEvent): number {
  return (
    clockKey(a) - clockKey(b) ||
    tieRank(a) - tieRank(b) ||
    Date.parse(a.occurredAt) - Date.parse(b.occurredAt) ||
    compare(a.source, b.source) ||
    compare(a.id, b.id)
  );
}

/** When it happened. What introduces a match without a clock counts from its beginning, however late it is told. */
function timeKey(event: MatchEvent): number {
  const introduces = event.type === "fixture" || event.type === "lineup_confirmed";
  return introduces && clockKey(event) === NO_CLOCK ? -Infinity : Date.parse(event.occurredAt);
}

const NO_CLOCK = -1;
/** More seconds than any period has. */
const STRETCH = 1_000_000;

/** Seconds into the match with each period on a stretch of its own, so that first-half stoppage stays before 45:00 of the second. */
function clockKey(event: MatchEvent): number {
  if (event.type === "full_time") return Number.MAX_SAFE_INTEGER;
  if (event.type === "kick_off") return periodIndex(event.period ?? "first_half") * STRETCH;
  // The clock of a resumption says where play goes on, which may be before where it stopped.
  if (event.period === undefined || event.type === "resumed") return NO_CLOCK;
  const stretch = periodIndex(event.period) * STRETCH;
  if (event.type === "period_start") return stretch;
  if (event.type === "period_end") return stretch + STRETCH - 1;
  if (event.minute === undefined) return stretch + 1;
  const seconds = (event.minute - PERIOD_START_MINUTE[event.period]) * 60 + (event.second ?? 59);
  return stretch + 1 + Math.max(0, seconds);
}

/** At one clock a penalty is awarded before it is taken, and taken before its goal. */
function tieRank(event: MatchEvent): number {
  switch (event.type) {
    case "penalty_awarded":
      return 0;
    case "penalty_taken":
    case "penalty_missed":
      return 1;
    case "goal":
      return 2;
    default:
      return 3;
  }
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
