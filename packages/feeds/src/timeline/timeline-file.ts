import { z } from "zod";
import { Id, SIDES, withoutNullFields } from "@touchline/domain";

/** Playing periods as timeline files spell them. */
export const TIMELINE_PERIODS = ["1H", "2H", "E1", "E2", "P"] as const;
export type TimelinePeriod = (typeof TIMELINE_PERIODS)[number];

/**
 * One line of a timeline file; `data/README.md` describes the format. `minute` is elapsed minutes and runs on in
 * stoppage; `second` is null where the source knows the minute only.
 */
export const TimelineLine = z.object({
  match_id: Id,
  seq: z.int().min(0).max(100_000),
  type: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  period: z.enum(TIMELINE_PERIODS).optional(),
  minute: z.int().min(0).max(200).optional(),
  second: z.int().min(0).max(59).nullish(),
  team: z.enum(SIDES).optional(),
  player: z.int().nonnegative().optional(),
  payload: z.record(z.string(), z.json()).default({}),
});
export type TimelineLine = z.output<typeof TimelineLine>;

/** A file that is not a timeline. The message names the line, or the match and its `seq`. */
export class TimelineError extends Error {
  override readonly name = "TimelineError";
}

/** A line that is none, by its number in the file, and the rule that it breaks. */
export interface BadLine {
  readonly line: number;
  readonly rule: string;
}

/**
 * The lines of each match of a timeline file, in match order, and those that are none: the rest goes on without them.
 * @param text NDJSON; blank lines and byte order marks are skipped
 */
export function readTimelineLines(text: string): { matches: Map<string, TimelineLine[]>; bad: BadLine[] } {
  const matches = new Map<string, TimelineLine[]>();
  const bad: BadLine[] = [];
  for (const [index, row] of text.split("\n").entries()) {
    if (row.trim() === "") continue;
    const line = parseLine(row.trim(), index + 1);
    if ("rule" in line) {
      bad.push(line);
      continue;
    }
    const known = matches.get(line.match_id);
    if (known) known.push(line);
    else matches.set(line.match_id, [line]);
  }
  for (const lines of matches.values()) lines.sort((a, b) => a.seq - b.seq);
  return { matches, bad };
}

/**
 * The lines of each match of a timeline file, in match order.
 * @param text NDJSON; blank lines are skipped
 * @throws TimelineError naming the first line that is not one
 */
export function parseTimelines(text: string): Map<string, TimelineLine[]> {
  const { matches, bad } = readTimelineLines(text);
  const [first] = bad;
  if (first) throw new TimelineError(`line ${first.line} ${first.rule}`);
  return matches;
}

/** Where a line stood in its file, for messages. */
const lineNumbers = new WeakMap<TimelineLine, number>();

/** The number of the line in its file, from 1; undefined for a line that was read from none. */
export function lineNumberOf(line: TimelineLine): number | undefined {
  return lineNumbers.get(line);
}

/** @throws TimelineError saying what is wrong with it */
export function parseTimelineLine(row: string): TimelineLine {
  const line = readLine(row);
  if ("rule" in line) throw new TimelineError(`the line ${line.rule}`);
  return line;
}

function parseLine(row: string, number: number): TimelineLine | BadLine {
  const line = readLine(row);
  if ("rule" in line) return { line: number, rule: line.rule };
  lineNumbers.set(line, number);
  return line;
}

function readLine(row: string): TimelineLine | Pick<BadLine, "rule"> {
  let json: unknown;
  try {
    json = JSON.parse(row);
  } catch {
    return { rule: "is not JSON" };
  }
  // A source writes null for what it does not know.
  const line = TimelineLine.safeParse(withoutNullFields(json));
  return line.success ? line.data : { rule: `is not a timeline event: ${issuesOf(line.error)}` };
}

/** What is wrong with a line's payload, by path. */
export function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "the line"} ${issue.message}`)
    .join("; ");
}
