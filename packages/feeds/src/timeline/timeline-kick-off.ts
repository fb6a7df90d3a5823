import type { TimelineLine } from "./timeline-file.ts";

/** When the match of a timeline was played, wall-clock milliseconds: fitted strengths are those of the day. */
export function kickOffOf(lines: readonly TimelineLine[]): number {
  const told = lines.find(({ type }) => type === "match_info")?.payload["date_utc"];
  const at = typeof told === "string" ? Date.parse(told) : Number.NaN;
  return Number.isNaN(at) ? Date.UTC(2018, 0, 1, 15) : at;
}
