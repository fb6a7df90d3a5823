import { readFileSync } from "node:fs";
import {
  appendEvent,
  type EventLog,
  foldEvents,
  MatchEvent,
  type MatchEventInput,
  type MatchState,
  diffSnapshot,
  itemsOfTotals,
} from "@touchline/domain";
import type { Adapter, FeedInput, ParsedFeed, ParsedMatch } from "../adapter/adapter.ts";

/** What an adapter makes of sample files. @param base `import.meta.url` of the test, beside whose folder they stand */
export function parseSamples(
  adapter: Adapter,
  base: string,
  names: readonly string[],
  input: Omit<FeedInput, "documents"> = {},
): ParsedFeed {
  const documents = names.map((name) => ({ name, text: readFileSync(new URL(`samples/${name}`, base), "utf8") }));
  return adapter.parse({ ...input, documents });
}

/** The events of a match as they would be published first. */
export function eventsOf(match: ParsedMatch | undefined): readonly MatchEventInput[] {
  if (!match) throw new Error("the feed has no such match");
  if (match.kind === "events") return match.events;
  return diffSnapshot(
    [],
    match.kind === "totals" ? itemsOfTotals(match.totals, { ...match, at: match.asOf, known: [] }) : match.items,
  ).added;
}

/** What they lead to. @throws ZodError where an adapter gives what is no event */
export function stateOf(match: ParsedMatch | undefined): MatchState {
  const log = eventsOf(match).reduce<EventLog>(
    (known, event) => appendEvent(known, MatchEvent.parse(event)),
    new Map(),
  );
  return foldEvents(log);
}
