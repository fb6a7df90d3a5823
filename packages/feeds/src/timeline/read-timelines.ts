import { readFile } from "node:fs/promises";
import { parseTimelines, TimelineError, type TimelineLine } from "./timeline-file.ts";

/**
 * The matches of a timeline file, each with its lines in match order.
 * @throws TimelineError naming file and line, and the file system's own errors
 */
export async function readTimelines(file: string | URL): Promise<Map<string, TimelineLine[]>> {
  const text = await readFile(file, "utf8");
  try {
    return parseTimelines(text);
  } catch (error) {
    if (error instanceof TimelineError) throw new TimelineError(`${String(file)}: ${error.message}`, { cause: error });
    throw error;
  }
}
