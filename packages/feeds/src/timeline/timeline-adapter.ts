import { type Adapter, coverageOf, FeedError, type FeedInput, type ParsedMatch } from "../adapter/adapter.ts";
import { linesOf } from "../adapter/read-document.ts";
import { FeedReport } from "../adapter/report.ts";
import { kickOffOf } from "./timeline-kick-off.ts";
import { parseTimelineLine, TimelineError, type TimelineLine } from "./timeline-file.ts";
import { happeningsOf } from "./timeline-happenings.ts";
import { fixtureOf, timelineToEvents, TIMELINE_SOURCE } from "./timeline.ts";

export const timeline: Adapter = {
  name: "timeline",
  summary: "our own timelines (NDJSON), as in data/timelines",
  parse(input) {
    const report = new FeedReport();
    const matches = new Map<string, TimelineLine[]>();
    for (const { text, where } of input.documents.flatMap(linesOf)) {
      const line = goodLine(text, where, input, report);
      if (line) matches.set(line.match_id, [...(matches.get(line.match_id) ?? []), line]);
    }
    if (matches.size > 1 && input.matchId !== undefined)
      throw new FeedError(`${matches.size} matches, and one match id given for all of them`);
    const parsed = [...matches.values()].flatMap((lines) => readLines(lines, input, report) ?? []);
    return { matches: parsed, ...report.result() };
  },
};

/** A line that says what its type promises; a fault, and undefined, for any other. */
function goodLine(text: string, where: string, input: FeedInput, report: FeedReport): TimelineLine | undefined {
  try {
    const line = parseTimelineLine(text);
    happeningsOf(
      { type: line.type, payload: line.payload, where: `seq ${line.seq} (${line.type})` },
      paceOf([line], input),
    );
    return line;
  } catch (error) {
    if (!(error instanceof TimelineError)) throw error;
    report.fault(where, error.message);
    return undefined;
  }
}

function readLines(unsorted: readonly TimelineLine[], input: FeedInput, report: FeedReport): ParsedMatch | undefined {
  const lines = unsorted.toSorted((a, b) => a.seq - b.seq);
  const pace = paceOf(lines, input);
  const own = lines[0]?.match_id ?? "";
  try {
    const matchId = input.matchId ?? own;
    const source = input.source ?? TIMELINE_SOURCE;
    const events = timelineToEvents(lines, { ...pace, matchId }).map((event) => ({ ...event, source }));
    const all = ["score", "scorers", "cards", "corners", "penalties", "substitutions", "lineups", "periods"] as const;
    return { matchId, source, fixture: fixtureOf(lines, pace), coverage: coverageOf(...all), kind: "events", events };
  } catch (error) {
    if (!(error instanceof TimelineError)) throw error;
    report.fault(`match ${own}`, error.message);
    return undefined;
  }
}

function paceOf(lines: readonly TimelineLine[], { kickoff }: FeedInput): { kickoff: number; speed: number } {
  return { kickoff: kickoff ?? kickOffOf(lines), speed: 1 };
}
