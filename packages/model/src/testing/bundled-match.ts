import { readFileSync } from "node:fs";
import { appendEvent, type EventLog, foldEvents, MatchEvent, type MatchState } from "@touchline/domain";
import { parseTimelines, timelineToEvents } from "@touchline/feeds";

const KICKOFF = Date.parse("2026-08-15T14:00:00.000Z");

/** States of a bundled match, one after each event. @param file below `data/` */
export function statesOf(file: string): { readonly event: MatchEvent; readonly state: MatchState }[] {
  const text = readFileSync(new URL(`../../../../data/${file}`, import.meta.url), "utf8");
  const [lines = []] = parseTimelines(text).values();
  let log: EventLog = new Map();
  return timelineToEvents(lines, { speed: 1, kickoff: KICKOFF }).map((input) => {
    const event = MatchEvent.parse(input);
    log = appendEvent(log, event);
    return { event, state: foldEvents(log) };
  });
}
