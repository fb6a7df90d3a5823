import type { MatchEventInput } from "@touchline/domain";
import { ownId } from "../adapter/feed-id.ts";
import {
  type FeedGapRules,
  FEED_GAP_RULES,
  type FeedWatch,
  isGapOpen,
  NEW_FEED_WATCH,
  watchFeed,
  watchSilence,
} from "../feed-gap.ts";
import { IncidentFeedError, type IncidentMessage } from "./incident-message.ts";
import { clockOf } from "../timeline/timeline.ts";
import { type FixturePace, happeningsOf } from "../timeline/timeline-happenings.ts";

export interface IncidentFeedOptions extends FixturePace {
  /** What the feed calls itself. */
  readonly source: string;
  readonly rules?: FeedGapRules;
}

/** Everything that must be remembered of one match's feed between messages. Plain JSON. */
export interface IncidentFeedState {
  readonly watch: FeedWatch;
  /** By incident: its highest version, and how many events it became. */
  readonly incidents: Readonly<Record<string, { readonly version: number; readonly events: number }>>;
}

export const NEW_INCIDENT_FEED: IncidentFeedState = { watch: NEW_FEED_WATCH, incidents: {} };

/** A match has about sixty incidents; whatever has so many is no match. */
const MOST_INCIDENTS = 10_000;

/**
 * One message of one match as match events.
 *
 * An incident's id and version become id and revision, so that the order of arrival means nothing. A deleted incident
 * is retracted, and so is a cancelled one, but for a goal, which says so itself. A gap in the feed becomes a
 * `feed_gap`, its end a `feed_recovered`; events that arrive in between are still passed on.
 * @throws IncidentFeedError for an incident that lacks what its action needs; TimelineError for one with a bad payload
 */
export function readIncident(
  state: IncidentFeedState,
  message: IncidentMessage,
  options: IncidentFeedOptions,
): { readonly state: IncidentFeedState; readonly events: readonly MatchEventInput[] } {
  const { kind, feed_seq: number, recv_ms: receivedAt, sent_ms: sentAt } = message;
  const watch = watchFeed(
    state.watch,
    {
      receivedAt,
      sentAt,
      number: number ?? undefined,
      snapshotComplete: kind === "snapshot_complete",
      harmless: kind !== "event",
    },
    options.rules ?? FEED_GAP_RULES,
  );
  const update =
    kind === "event" ? updateIncident(state, message, options) : { incidents: state.incidents, events: [] };
  const offer = kind === "bet_stop" || kind === "bet_start" ? [offerEvent(message, kind, options)] : [];
  const gap = gapEvents(state.watch, watch, message, options);
  return {
    state: { watch, incidents: update.incidents },
    events: [...gap.opened, ...update.events, ...offer, ...gap.closed],
  };
}

/** The same for time that passes without a message. @param recvMs milliseconds from kick-off, on our clock */
export function readSilence(
  state: IncidentFeedState,
  matchId: string,
  recvMs: number,
  options: IncidentFeedOptions,
): { readonly state: IncidentFeedState; readonly events: readonly MatchEventInput[] } {
  const watch = watchSilence(state.watch, recvMs, options.rules ?? FEED_GAP_RULES);
  const place = { match_id: matchId, recv_ms: recvMs };
  return { state: { ...state, watch }, events: gapEvents(state.watch, watch, place, options).opened };
}

/** Numbers with leading zeros: events of one moment are ordered by their ids. */
const padded = (number: number): string => String(number).padStart(6, "0");

/**
 * A gap opens before the message that showed it is passed on, and closes after the one that ended it: what is settled
 * in between rests on less than everything, and is known to.
 */
function gapEvents(
  before: FeedWatch,
  after: FeedWatch,
  { match_id: matchId, recv_ms: receivedAt }: Pick<IncidentMessage, "match_id" | "recv_ms">,
  { source, kickoff, speed }: IncidentFeedOptions,
): { readonly opened: MatchEventInput[]; readonly closed: MatchEventInput[] } {
  const base = { source, matchId, occurredAt: timeOf(receivedAt, kickoff, speed) };
  const id = `gap-${padded(after.gaps)}`;
  const closes = isGapOpen(before) && !isGapOpen(after);
  return {
    opened: after.gaps > before.gaps ? [{ ...base, id, type: "feed_gap" }] : [],
    closed: closes ? [{ ...base, id: `${id}-over`, type: "feed_recovered" }] : [],
  };
}

function offerEvent(
  message: IncidentMessage,
  kind: "bet_stop" | "bet_start",
  options: IncidentFeedOptions,
): MatchEventInput {
  const { match_id: matchId, feed_seq: number, sent_ms: sentAt, reason, team } = message;
  return {
    id: `offer-${number == null ? Math.round(sentAt) : padded(number)}`,
    source: options.source,
    matchId,
    type: kind,
    occurredAt: timeOf(sentAt, options.kickoff, options.speed),
    ...(team === undefined ? {} : { team }),
    payload: reason === undefined ? {} : { reason },
  };
}

interface IncidentUpdate {
  readonly incidents: IncidentFeedState["incidents"];
  readonly events: readonly MatchEventInput[];
}

function updateIncident(
  { incidents }: IncidentFeedState,
  message: IncidentMessage,
  options: IncidentFeedOptions,
): IncidentUpdate {
  const { event_id: incident, version } = message;
  if (incident === undefined || version === undefined)
    throw new IncidentFeedError(`message ${message.feed_seq ?? "without number"} lacks event_id or version`);
  const known = incidents[incident];
  if (known && known.version >= version) return { incidents, events: [] };
  if (!known && Object.keys(incidents).length >= MOST_INCIDENTS)
    throw new IncidentFeedError(`match ${message.match_id} has more than ${MOST_INCIDENTS} incidents`);
  const standing = standingEvents(message, options);
  const eventsBefore = known?.events ?? 0;
  // Events of an earlier version that this one does not have are retracted; the first event always, seen or not.
  const withdrawn = Array.from({ length: Math.max(eventsBefore, 1) }, (_none, k) => k)
    .slice(standing.length)
    .map((k) => ({ ...baseOf(message, k, options), type: "retraction", retracted: true }));
  return {
    incidents: { ...incidents, [incident]: { version, events: Math.max(eventsBefore, standing.length) } },
    events: [...standing, ...withdrawn],
  };
}

/** What the incident says happened, as far as it stands. */
function standingEvents(message: IncidentMessage, options: IncidentFeedOptions): MatchEventInput[] {
  const { action, confirmation, event } = message;
  if (action === "delete") return [];
  if (!event) throw new IncidentFeedError(`incident ${message.event_id ?? ""} has no event`);
  const cancelled = confirmation === "cancelled";
  if (cancelled && event.type !== "goal") return [];
  const where = `incident ${message.event_id ?? ""} (${event.type})`;
  return happeningsOf({ ...event, where }, options).map((happening, k) => ({
    ...baseOf(message, k, options),
    ...clockOf(event),
    ...happening,
    ...(happening.type === "goal" && confirmation ? { payload: { ...happening.payload, confirmation } } : {}),
  }));
}

function baseOf(
  { event_id: incident = "", version = 1, match_id: matchId, sent_ms: sentAt }: IncidentMessage,
  k: number,
  { source, kickoff, speed }: IncidentFeedOptions,
): Pick<MatchEventInput, "id" | "source" | "matchId" | "revision" | "occurredAt"> {
  return {
    id: ownId(`${incident}${k === 0 ? "" : `:${k}`}`),
    source,
    matchId,
    revision: version,
    occurredAt: timeOf(sentAt, kickoff, speed),
  };
}

function timeOf(ms: number, kickoff: number, speed: number): string {
  return new Date(Math.floor(kickoff + ms / speed)).toISOString();
}
