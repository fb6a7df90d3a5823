import { readFile } from "node:fs/promises";
import { parseTimelines, readTimelineLines, TimelineError, type TimelineLine } from "./timeline-file.ts";

/**
 * The matches of a timeline file, each with its lines in match order.
 * @param onBad called with file, line and rule for each line that is none; the rest goes on. Without it, the first one
 * throws
 * @throws TimelineError naming file and line, and the file system's own errors
 */
export async function readTimelines(
  file: string | URL,
  onBad?: (bad: string) => void,
): Promise<Map<string, TimelineLine[]>> {
  const text = await readFile(file, "utf8");
  if (onBad) {
    const { matches, bad } = readTimelineLines(text);
    for (const { line, rule } of bad) onBad(`${String(file)}: line ${line} ${rule}`);
    return matches;
  }
  try {
    return parseTimelines(text);
  } catch (error) {
    if (error instanceof TimelineError) throw new TimelineError(`${String(file)}: ${error.message}`, { cause: error });
    throw error;
  }
}
