import { ImpactStory, MAX_EVENTS } from "@touchline/contract";
import { type Fixture, MatchEvent } from "@touchline/domain";
import { ApiError } from "../http/problems.ts";
import { parseFields } from "../http/request-fields.ts";

/** What is asked: what `event` would do to a match, after its log in the store or after `before`. */
export interface ImpactQuestion {
  readonly matchId: string;
  readonly event: MatchEvent;
  /** Events of a match that need not exist, folded from nothing; undefined: the log in the store. */
  readonly before: readonly MatchEvent[] | undefined;
}

/**
 * Reads the body: one event of a known match, or `{ events, fixture? }`.
 * @throws ApiError `invalid_request`, `too_many_events`
 */
export function impactQuestionOf(body: unknown): ImpactQuestion {
  if (body === null || typeof body !== "object" || !("events" in body)) {
    const event = parseFields(MatchEvent, body, "event");
    return { matchId: event.matchId, event, before: undefined };
  }
  if (Array.isArray(body.events) && body.events.length > MAX_EVENTS)
    throw new ApiError("too_many_events", { detail: `${body.events.length} events; at most ${MAX_EVENTS}` });
  const { fixture, events, matchId = events[0]?.matchId } = parseFields(ImpactStory, body, "body");
  const event = events.at(-1);
  if (!event || matchId === undefined) throw new Error("a story without events has passed its schema");
  const stray = events.findIndex((other) => other.matchId !== matchId);
  if (stray >= 0)
    throw new ApiError("invalid_request", {
      errors: [{ path: `events.${stray}.matchId`, message: `must be ${matchId}, like that of the others` }],
    });
  return { matchId, event, before: [...(fixture ? [fixtureEvent(matchId, fixture)] : []), ...events.slice(0, -1)] };
}

function fixtureEvent(matchId: string, fixture: Fixture): MatchEvent {
  return MatchEvent.parse({
    id: "fixture",
    source: "impact",
    matchId,
    type: "fixture",
    occurredAt: fixture.kickoff,
    payload: JSON.parse(JSON.stringify(fixture)) as Record<string, unknown>,
  });
}
