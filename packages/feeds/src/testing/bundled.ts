import { readdirSync, readFileSync } from "node:fs";
import { appendEvent, type EventLog, foldEvents, MatchEvent, type MatchState } from "@touchline/domain";
import { timelineToEvents } from "../timeline/timeline.ts";
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

const KICKOFF = Date.parse("2026-08-15T14:00:00.000Z");

/** States of a bundled match, one after each event. @param file below `data/` */
export function statesOf(file: string): { readonly event: MatchEvent; readonly state: MatchState }[] {
  let log: EventLog = new Map();
  return timelineToEvents(bundledMatch(file), { speed: 1, kickoff: KICKOFF }).map((input) => {
    const event = MatchEvent.parse(input);
    log = appendEvent(log, event);
    return { event, state: foldEvents(log) };
  });
}
