import type { EventLog } from "../events/event-log.ts";
import { fittedId } from "../events/fitted-id.ts";
import { standingEvents } from "../events/standing-events.ts";
import { placeOf } from "../events/event-place.ts";
import { instantText } from "../events/instant.ts";
import { MatchEvent } from "../events/event.ts";
import type { MatchState } from "../match/match-state.ts";
import { Silences } from "./silences.ts";
import type { SourcesState } from "./sources-state.ts";

/** Who writes down that time has passed: no source says so. */
export const WATCH_SOURCE = "touchline";

/**
 * What is to be written into the log of a match because time has passed: reports whose confirmation nobody waits for
 * any longer, sources that have fallen silent, and those that report again. Silence and waiting are events like any
 * other, so the fold needs no clock. Two processes that look at one match write the same events.
 *
 * @param now wall-clock milliseconds
 */
export function watchedEvents(matchId: string, { log, state }: Watched, now: number): MatchEvent[] {
  const { sources } = state;
  if (!sources) return [];
  const written: Write = (type, id, occurredAt, payload) =>
    MatchEvent.parse({ id, source: WATCH_SOURCE, matchId, type, occurredAt: instantText(occurredAt), payload });
  const lapsed = sources.awaited
    .filter(({ until }) => Date.parse(until) <= now)
    .map(({ source, id, until }) =>
      written("confirmation_lapsed", idOf("lapsed", source, id), Date.parse(until), { source, id }),
    );
  return [...lapsed, ...silenceEvents({ log, state, sources, now }, written)];
}

type Write = (type: string, id: string, occurredAt: number, payload: object) => MatchEvent;

/**
 * A source that has not begun to report is waited for from the kick-off on. Its own times are compared with `now`: a
 * feed that stamps its events late by more than the silence would always be silent.
 */
function silenceEvents(
  { log, state, sources, now }: Watched & { readonly sources: SourcesState; readonly now: number },
  write: Write,
): MatchEvent[] {
  const { silentSeconds, families, silent } = sources;
  const kickoff = state.fixture ? Date.parse(state.fixture.kickoff) : Infinity;
  if (silentSeconds === null || state.over || state.halted === "postponed" || now < kickoff) return [];
  const received = lastReceivedOf(log);
  const listed = new Set(Object.values(families).flatMap(({ order }) => order));
  const silences = new Silences(standingEvents(log), silent.length > 0 ? listed : new Set());
  return [...listed].toSorted().flatMap((source): MatchEvent[] => {
    const at = Math.max(received.get(source) ?? kickoff, kickoff);
    const isOverdue = now > at + silentSeconds * 1_000;
    if (isOverdue === silent.includes(source)) return [];
    // A silence that somebody else has reported ends with his word alone: the source may be alive and know nothing.
    if (!isOverdue && silences.openedBy(source) !== WATCH_SOURCE) return [];
    const since = instantText(at);
    return isOverdue
      ? [write("source_silent", idOf("silent", source, since), at + silentSeconds * 1_000, { source, since })]
      : [write("source_back", idOf("back", source, since), at, { source })];
  });
}

interface Watched {
  readonly log: EventLog;
  readonly state: MatchState;
}

/** When each source was last received, by the latest time that one of its events bears. */
function lastReceivedOf(log: EventLog): Map<string, number> {
  const received = new Map<string, number>();
  for (const event of log.values())
    received.set(event.source, Math.max(received.get(event.source) ?? -Infinity, placeOf(event).at));
  return received;
}

/** Equal for what two processes see alike. */
function idOf(what: string, ...about: readonly string[]): string {
  return fittedId([what, ...about].join("-").replaceAll(/[^A-Za-z0-9_-]/g, "_"));
}
