import type { MatchEvent } from "./event.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import { asReported } from "./event-time.ts";

/** Every event of a match by identity, each in its winning revision. */
export type EventLog = ReadonlyMap<string, MatchEvent>;

/** Identity of an event: `source` + `id`. The separator cannot occur in either. */
export function eventKey(event: Pick<MatchEvent, "source" | "id">): string {
  return `${event.source}/${event.id}`;
}

/**
 * True when `next` takes the place of `current` in the log.
 *
 * The order is total (revision, then retraction, then content), so keeping the greatest is a join: whatever the
 * order and number of arrivals, the same events leave the same log. Two different contents under one revision are
 * a producer's fault (`isConflict`); the greater text wins everywhere rather than the first here and the second there.
 * Contents are compared as they were reported, so an event that was received before its time and is reported again adds
 * nothing.
 */
export function supersedes(next: MatchEvent, current: MatchEvent | undefined): boolean {
  if (!current) return true;
  if (next.revision !== current.revision) return next.revision > current.revision;
  if (next.retracted !== current.retracted) return next.retracted;
  return contentOf(next) > contentOf(current);
}

/** An event as its feed reported it, in one text for one content. */
export function contentOf(event: MatchEvent): string {
  return canonicalJson(asReported(event));
}

/**
 * True when both stand under one identity and revision and say different things: a producer's mistake. Two retractions
 * say the same, and a retraction beside what it takes back is none.
 */
export function isConflict(a: MatchEvent, b: MatchEvent): boolean {
  if (eventKey(a) !== eventKey(b) || a.revision !== b.revision || a.retracted || b.retracted) return false;
  return contentOf(a) !== contentOf(b);
}

/** `log` with `event` in it; the same log when the event adds nothing. */
export function appendEvent(log: EventLog, event: MatchEvent): EventLog {
  const key = eventKey(event);
  if (!supersedes(event, log.get(key))) return log;
  return new Map(log).set(key, event);
}
