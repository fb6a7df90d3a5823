import type { MatchEventInput } from "@touchline/domain";
import { type Pace, PERIOD_OF, wallTimesOf } from "./timeline-clock.ts";
import { TimelineError, type TimelineLine } from "./timeline-file.ts";
import { fixtureFrom, happeningsOf, type TimelineFixture, type ToldLine } from "./timeline-happenings.ts";

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

/**
 * The lines of one match as match events, in match order.
 *
 * Ids come from `seq` alone (`e12`; `e12-1` for a line's second event), so that the same match published twice is
 * a duplicate. A line type that the domain does not know passes through under its own name.
 * @throws TimelineError when the lines name no teams, or a payload is not what its type promises
 */
export function timelineToEvents(lines: readonly TimelineLine[], options: TimelineOptions): MatchEventInput[] {
  // Lines that name no teams tell of no match; better found out here than at the first prediction.
  fixtureOf(lines, options);
  const times = wallTimesOf(lines, options);
  const lead = options.leadMs ?? 3_600_000 / options.speed;
  return lines.flatMap((line, index) => {
    const early = leadShareOf(line.type) * lead;
    const at = (times[index] ?? options.kickoff) - early;
    return happeningsOf(toldBy(line), options).map((event, k): MatchEventInput => {
      const prefix = options.idPrefix ?? "";
      return {
        id: `${prefix}e${line.seq}${k === 0 ? "" : `-${k}`}`,
        source: TIMELINE_SOURCE,
        matchId: options.matchId ?? line.match_id,
        sequence: line.seq * SEQUENCE_STEP + k,
        occurredAt: new Date(Math.floor(at)).toISOString(),
        ...clockOf(line),
        ...event,
      };
    });
  });
}

/**
 * The fixture that a match's lines announce.
 * @throws TimelineError when there is no `match_info`
 */
export function fixtureOf(lines: readonly TimelineLine[], pace: Pace): TimelineFixture {
  const line = lines.find(({ type }) => type === "match_info");
  if (!line) throw new TimelineError(`match ${lines[0]?.match_id ?? ""} has no match_info line`);
  return fixtureFrom(toldBy(line), pace);
}

function toldBy(line: TimelineLine): ToldLine {
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
