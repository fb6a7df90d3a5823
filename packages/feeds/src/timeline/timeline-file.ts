import { z } from "zod";
import { Id, SIDES } from "@touchline/domain";

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

/**
 * The lines of each match of a timeline file, in match order.
 * @param text NDJSON; blank lines are skipped
 * @throws TimelineError naming the first line that is not one
 */
export function parseTimelines(text: string): Map<string, TimelineLine[]> {
  const matches = new Map<string, TimelineLine[]>();
  for (const [index, row] of text.split("\n").entries()) {
    if (row.trim() === "") continue;
    const line = parseLine(row, index + 1);
    const known = matches.get(line.match_id);
    if (known) known.push(line);
    else matches.set(line.match_id, [line]);
  }
  for (const lines of matches.values()) lines.sort((a, b) => a.seq - b.seq);
  return matches;
}

function parseLine(row: string, number: number): TimelineLine {
  let json: unknown;
  try {
    json = JSON.parse(row);
  } catch {
    throw new TimelineError(`line ${number} is not JSON`);
  }
  const line = TimelineLine.safeParse(json);
  if (line.success) return line.data;
  throw new TimelineError(`line ${number} is not a timeline event: ${issuesOf(line.error)}`);
}

/** What is wrong with a line's payload, by path. */
export function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "the line"} ${issue.message}`)
    .join("; ");
}
