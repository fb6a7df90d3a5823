import type { MatchEventInput } from "@touchline/domain";
import { type Pace, PERIOD_OF, wallTimesOf } from "./timeline-clock.ts";
import { TimelineError, type TimelineLine } from "./timeline-file.ts";
import { fixtureFrom, happeningsOf, type TimelineFixture, type LineContent } from "./timeline-happenings.ts";

export interface TimelineOptions extends Pace {
  /** Replays the match under another id; its own by default. */
  readonly matchId?: string;
  /** Wall-clock milliseconds between the first announcements and kick-off. Default: an hour of match time. */
  readonly leadMs?: number;
  /** Put before each event id. A queue that many matches share needs ids that differ between matches. */
  readonly idPrefix?: string;
}

/** What the feed calls itself. */
export const TIMELINE_SOURCE = "wyscout";

/** Events that one line may become: leaves gaps in `sequence` for them. */
const SEQUENCE_STEP = 10;

/** A line that could not be mapped to events: the rest of its match goes on without it. */
export interface UnmappedLine {
  readonly line: TimelineLine;
  readonly rule: string;
}

/**
 * The lines of one match as match events, in match order, and the lines that are no events.
 *
 * Ids come from `seq` alone (`e12`; `e12-1` for a line's second event), so that the same match published twice is
 * a duplicate. A line type that the domain does not know passes through under its own name.
 * @throws TimelineError when the lines name no teams: then they describe no match
 */
export function timelineEvents(
  lines: readonly TimelineLine[],
  options: TimelineOptions,
): { events: MatchEventInput[]; unmapped: UnmappedLine[] } {
  // Without teams there is no match: fail here rather than at the first prediction.
  fixtureOf(lines, options);
  const times = wallTimesOf(lines, options);
  const lead = options.leadMs ?? 3_600_000 / options.speed;
  const unmapped: UnmappedLine[] = [];
  const events = lines.flatMap((line, index) => {
    const at = (times[index] ?? options.kickoff) - leadShareOf(line.type) * lead;
    try {
      return eventsOf(line, at, options);
    } catch (error) {
      if (!(error instanceof TimelineError)) throw error;
      unmapped.push({ line, rule: error.message });
      return [];
    }
  });
  return { events, unmapped };
}

/**
 * The lines of one match as match events, in match order: see `timelineEvents`.
 * @throws TimelineError when the lines name no teams, or a payload is not what its type promises
 */
export function timelineToEvents(lines: readonly TimelineLine[], options: TimelineOptions): MatchEventInput[] {
  const { events, unmapped } = timelineEvents(lines, options);
  const [first] = unmapped;
  if (first) throw new TimelineError(first.rule);
  return events;
}

function eventsOf(line: TimelineLine, at: number, options: TimelineOptions): MatchEventInput[] {
  const prefix = options.idPrefix ?? "";
  return happeningsOf(contentOf(line), options).map((event, k): MatchEventInput => ({
    id: `${prefix}e${line.seq}${k === 0 ? "" : `-${k}`}`,
    source: TIMELINE_SOURCE,
    matchId: options.matchId ?? line.match_id,
    sequence: line.seq * SEQUENCE_STEP + k,
    occurredAt: new Date(Math.floor(at)).toISOString(),
    ...clockOf(line),
    ...event,
  }));
}

/**
 * The fixture that a match's lines announce.
 * @throws TimelineError when there is no `match_info`
 */
export function fixtureOf(lines: readonly TimelineLine[], pace: Pace): TimelineFixture {
  const line = lines.find(({ type }) => type === "match_info");
  if (!line) throw new TimelineError(`match ${lines[0]?.match_id ?? ""} has no match_info line`);
  return fixtureFrom(contentOf(line), pace);
}

function contentOf(line: TimelineLine): LineContent {
  const { type, payload, match_id: match, seq } = line;
  return { type, payload, where: `match ${match}, seq ${seq} (${type})` };
}

/** A line as far as place and people go. */
export interface PlacedLine extends Pick<TimelineLine, "period" | "minute" | "second" | "team"> {
  readonly player?: number | undefined;
}

/** Where on the match clock a line stands, and whom it concerns. */
export function clockOf(line: PlacedLine): Partial<MatchEventInput> {
  const { period, minute, second, team, player } = line;
  return {
    ...(period === undefined ? {} : { period: PERIOD_OF[period] }),
    ...(minute === undefined ? {} : { minute }),
    ...(second == null ? {} : { second }),
    ...(team === undefined ? {} : { team }),
    ...(player === undefined ? {} : { player }),
  };
}

/** Share of the lead time by which a line comes before kick-off. Line-ups are known halfway. */
function leadShareOf(type: string): number {
  return type === "match_info" ? 1 : type === "lineup" ? 0.5 : 0;
}
