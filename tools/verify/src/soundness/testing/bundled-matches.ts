import { MatchEvent } from "@touchline/domain";
import { timelineToEvents } from "@touchline/feeds";
import { bundledMatches as bundledTimelines } from "@touchline/feeds/testing";

/** The real matches that come with the repository, as events. */
export function bundledMatches(): { file: string; events: MatchEvent[] }[] {
  return bundledTimelines().map(([file, lines]) => ({
    file,
    events: timelineToEvents(lines, { kickoff: Date.UTC(2018, 0, 1, 15), speed: 1 }).map((event) =>
      MatchEvent.parse(event),
    ),
  }));
}

/** Dortmund 4-4 Schalke: the one that a knock-out tie would have sent to extra time. */
export function levelMatch(): MatchEvent[] {
  return bundledMatches().find(({ file }) => file.includes("4-4"))?.events ?? [];
}
