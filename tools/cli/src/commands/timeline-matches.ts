import { type MatchRef, matchesIn, timelineFilesIn } from "@touchline/verify";
import { UserError } from "./command.ts";

/**
 * The first `most` matches of the timelines in `folder`, of all files in turn.
 * @throws UserError saying whether the folder has no such file, or the files no match; TimelineError naming file and line
 */
export async function timelineMatches(folder: string, most: number, dense: boolean): Promise<MatchRef[]> {
  const files = await timelineFilesIn(folder, dense);
  if (files.length === 0) throw new UserError(`no timelines_${dense ? "dense_" : ""}*.ndjson in ${folder}`);
  const matches = await matchesIn(files, most);
  if (matches.length === 0) throw new UserError(`no match in ${files.join(", ")}`);
  return matches;
}
