import { readdirSync, readFileSync } from "node:fs";
import { parseTimelines, type TimelineLine } from "../timeline/timeline-file.ts";

const DATA = new URL("../../../../data/", import.meta.url);

/** Every match that comes with the repository, by the name of its file. */
export function bundledMatches(): [file: string, lines: TimelineLine[]][] {
  const files = ["demo.ndjson", ...readdirSync(new URL("timelines/", DATA)).map((name) => `timelines/${name}`)];
  return files.flatMap((file) =>
    [...parseTimelines(readFileSync(new URL(file, DATA), "utf8")).values()].map((lines): [string, TimelineLine[]] => [
      file,
      lines,
    ]),
  );
}

/** Lines of one bundled match. */
export function bundledMatch(file = "demo.ndjson"): TimelineLine[] {
  const found = bundledMatches().find(([name]) => name === file);
  if (!found) throw new Error(`no bundled match ${file}`);
  return found[1];
}
