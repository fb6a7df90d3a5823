import { Fixture, type FixtureInput, type MatchEventInput } from "@touchline/domain";
import { type Adapter, coverageOf, FeedError, type FeedInput, type ParsedMatch } from "../adapter/adapter.ts";
import { linesOf } from "../adapter/read-document.ts";
import { FeedReport } from "../adapter/report.ts";
import { TimelineError } from "../timeline/timeline-file.ts";
import { NEW_INCIDENT_FEED, readIncident } from "./incident-feed.ts";
import { IncidentFeedError, type IncidentMessage, parseIncidentLine } from "./incident-message.ts";

const NAME = "incident";

/** Kinds of messages that mean something without an event in them. */
const FRAME: ReadonlySet<string> = new Set(["event", "alive", "bet_stop", "bet_start", "snapshot_complete"]);

export const incident: Adapter = {
  name: NAME,
  summary: "our own recorded incident feeds (NDJSON): ids, versions, confirmations, gaps",
  parse(input) {
    const report = new FeedReport();
    const matches = new Map<string, { message: IncidentMessage; where: string }[]>();
    for (const { text, where } of input.documents.flatMap(linesOf)) {
      const message = attempt(() => parseIncidentLine(text), where, report);
      if (message) matches.set(message.match_id, [...(matches.get(message.match_id) ?? []), { message, where }]);
    }
    if (matches.size > 1 && input.matchId !== undefined)
      throw new FeedError(`${matches.size} matches, and one match id given for all of them`);
    if (matches.size > 0 && input.kickoff === undefined)
      throw new FeedError("an incident feed counts from kick-off and does not say when that is: give the kick-off");
    const read = [...matches].map(([id, messages]) => readMatch(id, messages, input, report));
    return { matches: read, ...report.result() };
  },
};

function readMatch(
  own: string,
  messages: readonly { readonly message: IncidentMessage; readonly where: string }[],
  { source = NAME, matchId = own, kickoff = 0 }: FeedInput,
  report: FeedReport,
): ParsedMatch {
  let state = NEW_INCIDENT_FEED;
  const events: MatchEventInput[] = [];
  for (const { message, where } of messages) {
    if (!FRAME.has(message.kind)) report.unmapped(message.kind);
    const read = attempt(() => readIncident(state, message, { source, kickoff, speed: 1 }), where, report);
    if (!read) continue;
    state = read.state;
    events.push(...read.events.map((event) => ({ ...event, matchId })));
  }
  const fixture = fixtureIn(events);
  const all = ["score", "scorers", "cards", "corners", "penalties", "substitutions", "lineups", "periods"] as const;
  return { matchId, source, ...(fixture ? { fixture } : {}), coverage: coverageOf(...all), kind: "events", events };
}

function fixtureIn(events: readonly MatchEventInput[]): FixtureInput | undefined {
  const payload = events.find(({ type }) => type === "fixture")?.payload;
  return Fixture.safeParse(payload).data;
}

/** What `read` gives; undefined, and a fault, for a message that lacks what it needs. */
function attempt<T>(read: () => T, where: string, report: FeedReport): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof IncidentFeedError) && !(error instanceof TimelineError)) throw error;
    report.fault(where, error.message);
    return undefined;
  }
}
