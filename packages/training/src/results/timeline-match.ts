import { z } from "zod";
import type { Pair, Side } from "@touchline/domain";
import type { TimelineLine } from "@touchline/feeds";

/** The events of one match that the accuracy of in-play predictions needs. */
export interface TimelineMatch {
  readonly matchId: string;
  /** The row of the results file this match is. */
  readonly results: { readonly division: string; readonly date: string; readonly home: string; readonly away: string };
  readonly events: readonly TimelineEvent[];
  readonly halfTime: Pair;
  readonly fullTime: Pair;
  /** Minutes played past 45:00 of each half. */
  readonly stoppage: { readonly first: number; readonly second: number };
}

export interface TimelineEvent {
  readonly half: "first" | "second";
  /** Minutes since the start of the half. */
  readonly minute: number;
  readonly what: "goal" | "red" | "yellow" | "corner";
  readonly side: Side;
}

const scorePair = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);
const info = z.object({
  results_key: z.object({ div: z.string(), date: z.iso.date(), home: z.string(), away: z.string() }),
});
const end = z.object({ score_90: scorePair, score_ht: scorePair });
const card = z.object({ colour: z.enum(["yellow", "second_yellow", "red"]) });
const periodEnd = z.object({ stoppage_s: z.number().optional() });

const HALVES: Partial<Record<NonNullable<TimelineLine["period"]>, TimelineEvent["half"]>> = {
  "1H": "first",
  "2H": "second",
};

/** Half a minute into a minute of which the second is not known. */
const UNKNOWN_SECOND = 30;

/**
 * The matches of a timeline file that can be scored. A match whose lines name no row of the results, or no final
 * score, is left out.
 * @param timelines lines of each match, in match order
 */
export function timelineMatches(timelines: ReadonlyMap<string, readonly TimelineLine[]>): TimelineMatch[] {
  return [...timelines].flatMap(([matchId, lines]) => {
    const results = resultsRowOf(lines);
    const final = finalScoresOf(lines);
    return results && final
      ? [{ matchId, results, ...final, events: lines.flatMap(eventsOf), stoppage: stoppageOf(lines) }]
      : [];
  });
}

function payloadOf<T extends z.ZodType>(
  lines: readonly TimelineLine[],
  type: string,
  schema: T,
): z.output<T> | undefined {
  return schema.safeParse(lines.findLast((line) => line.type === type)?.payload).data;
}

function resultsRowOf(lines: readonly TimelineLine[]): TimelineMatch["results"] | undefined {
  const key = payloadOf(lines, "match_info", info)?.results_key;
  return key && { division: key.div, date: key.date, home: key.home, away: key.away };
}

function finalScoresOf(lines: readonly TimelineLine[]): Pick<TimelineMatch, "halfTime" | "fullTime"> | undefined {
  const scores = payloadOf(lines, "match_end", end);
  return scores && { halfTime: pairOf(scores.score_ht), fullTime: pairOf(scores.score_90) };
}

function pairOf([home, away]: readonly [number, number]): Pair {
  return { home, away };
}

function halfOf({ period }: TimelineLine): TimelineEvent["half"] | undefined {
  return period && HALVES[period];
}

function stoppageOf(lines: readonly TimelineLine[]): TimelineMatch["stoppage"] {
  const minutesOf = (half: TimelineEvent["half"]) => {
    const ends = lines.filter((line) => halfOf(line) === half);
    return (payloadOf(ends, "period_end", periodEnd)?.stoppage_s ?? 0) / 60;
  };
  return { first: minutesOf("first"), second: minutesOf("second") };
}

function eventsOf(line: TimelineLine): TimelineEvent[] {
  const half = halfOf(line);
  const what = countedAs(line);
  if (!half || !what || !line.team || line.minute === undefined) return [];
  const minute = line.minute + (line.second ?? UNKNOWN_SECOND) / 60 - (half === "second" ? 45 : 0);
  return [{ half, minute, what, side: line.team }];
}

function countedAs({ type, payload }: TimelineLine): TimelineEvent["what"] | undefined {
  if (type === "goal" || type === "corner") return type;
  if (type !== "card") return undefined;
  const colour = card.safeParse(payload).data?.colour;
  return colour === "yellow" ? "yellow" : colour ? "red" : undefined;
}
