import type { MatchEvent } from "./event.ts";
import { PERIOD_START_MINUTE, periodIndex } from "./period.ts";

/**
 * Match order of a set of events: by `sequence`, else by period and clock, with identity as the last word.
 *
 * A feed may number some events and not others (an operator's correction carries a clock only). Comparing pairs
 * by whichever key both have is not transitive, so unnumbered events are placed among the numbered ones: after
 * every numbered event up to their own clock.
 */
export function inMatchOrder(events: Iterable<MatchEvent>): MatchEvent[] {
  const numbered: MatchEvent[] = [];
  const unnumbered: MatchEvent[] = [];
  for (const event of events) (event.sequence === undefined ? unnumbered : numbered).push(event);
  numbered.sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0) || byClock(a, b));
  unnumbered.sort(byClock);
  if (unnumbered.length === 0) return numbered;

  const ordered: MatchEvent[] = [];
  let next = 0;
  let clock = -Infinity;
  for (const event of unnumbered) {
    for (; next < numbered.length; next++) {
      const candidate = numbered[next];
      if (!candidate) break;
      // Running maximum: a numbered event without a clock stands where its neighbours stand.
      clock = Math.max(clock, clockKey(candidate));
      if (clock > clockKey(event)) break;
      ordered.push(candidate);
    }
    ordered.push(event);
  }
  for (const rest of numbered.slice(next)) ordered.push(rest);
  return ordered;
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

/** Seconds into the match with each period on a stretch of its own, so that first-half stoppage stays before 45:00 of the second. */
function clockKey(event: MatchEvent): number {
  if (event.type === "full_time") return Number.MAX_SAFE_INTEGER;
  if (event.type === "kick_off") return 0;
  if (event.period === undefined) return -1;
  const stretch = periodIndex(event.period) * 1_000_000;
  if (event.type === "period_start") return stretch;
  if (event.type === "period_end") return stretch + 999_999;
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
