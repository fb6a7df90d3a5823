import { MatchEvent } from "@touchline/domain";
import { kickOffOf, lineNumberOf, timelineEvents, TimelineError, type TimelineLine } from "@touchline/feeds";
import type { Arrival } from "./arrival.ts";
import { withInjectedEvents } from "./injection/injected-events.ts";

/** What is played of a match, and what had to be left out, by file, line and rule. */
export interface ReadMatch {
  readonly arrivals: readonly Arrival[];
  readonly bad: readonly string[];
}

/**
 * The events of a match as they arrive, invented ones among them where there is a seed. One bad line stops no other.
 */
export function readArrivals(file: string, lines: readonly TimelineLine[], seed: number | undefined): ReadMatch {
  const bad: string[] = [];
  const where = (line: TimelineLine | undefined): string => `${file}: line ${(line && lineNumberOf(line)) ?? "?"}`;
  const events: MatchEvent[] = [];
  try {
    const mapped = timelineEvents(lines, { kickoff: kickOffOf(lines), speed: 1 });
    for (const { line, rule } of mapped.unmapped) bad.push(`${where(line)}: ${rule}`);
    for (const input of mapped.events) {
      const event = MatchEvent.safeParse(input);
      if (event.success) events.push(event.data);
      else {
        const line = lines.find(({ seq }) => input.id === `e${seq}` || input.id.startsWith(`e${seq}-`));
        const [issue] = event.error.issues;
        bad.push(`${where(line)}: ${input.type}: ${issue?.path.join(".")} ${issue?.message}`);
      }
    }
  } catch (error) {
    if (!(error instanceof TimelineError)) throw error;
    // Without its teams it is no match.
    return { arrivals: [], bad: [`${where(lines[0])}: ${error.message}; the match is left out`] };
  }
  const arrivals = seed === undefined ? events.map(real) : withInjectedEvents(events, seed);
  return { arrivals, bad };
}

function real(event: MatchEvent): Arrival {
  return { event, injected: false };
}
