import { type MatchRef, matchesIn, timelineFilesIn } from "@touchline/verify";
import { UserError } from "./command.ts";

/**
 * The first `most` matches of the timelines in `folder`, of all files in turn.
 * @param onBad called with file, line and rule for each line that is none; without it, the first one throws
 * @throws UserError saying whether the folder has no such file, or the files no match; TimelineError naming file and
 * line
 */
export async function timelineMatches(
  folder: string,
  most: number,
  dense: boolean,
  onBad?: (bad: string) => void,
): Promise<MatchRef[]> {
  const files = await timelineFilesIn(folder, dense);
  if (files.length === 0) throw new UserError(`no timelines_${dense ? "dense_" : ""}*.ndjson in ${folder}`);
  const matches = await matchesIn(files, most, onBad);
  if (matches.length === 0) throw new UserError(`no match in ${files.join(", ")}`);
  return matches;
}
