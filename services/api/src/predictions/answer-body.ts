import type { PredictionSnapshot } from "@touchline/cache";
import type { MatchSummary } from "@touchline/contract";
import { clockAt, type MatchState, matchMinute } from "@touchline/domain";
import { etagOf } from "../http/etag.ts";
import { type ServingDecision, worstOf } from "./serving-decision.ts";
import { shownFreshUntil } from "./shown-fresh-until.ts";

/** A body as it is sent, and its validator. */
export interface AnswerBody {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** What the reader asked for, as far as the body depends on it. */
interface Asked {
  readonly matchId: string;
  readonly variant: string;
  /** Identity of the list of markets. */
  readonly selection: string;
  readonly minVersion: number | undefined;
}

/** Bodies kept for one snapshot: as many as readers ask differently about it while it is current. */
const MAX_BODIES = 32;
const bodies = new WeakMap<PredictionSnapshot, Map<string, AnswerBody>>();

/**
 * The body that says `decisions` of `snapshot`. Made once for each snapshot, selection and set of labels, so readers
 * who share a snapshot share the bytes too, and a reader who knows its `ETag` costs no serialising.
 * @param now wall-clock milliseconds
 */
export function answerBody(
  snapshot: PredictionSnapshot,
  { matchId, variant, selection, minVersion }: Asked,
  decisions: readonly ServingDecision[],
  now: number,
): AnswerBody {
  const summary = summaryText(snapshot.state, now);
  const version = versionOf(snapshot, decisions, minVersion);
  const known = bodies.get(snapshot) ?? new Map<string, AnswerBody>();
  bodies.set(snapshot, known);
  // Within one snapshot the labels and moments decide the rest: entries, causes and settlements are part of it.
  const labels = decisions.map((decision) => label(decision, now)).join(" ");
  const key = `${matchId} ${variant} ${selection} ${version} ${summary} ${labels}`;
  const body = known.get(key);
  if (body) return body;
  const text =
    `{"matchId":"${matchId}","variant":"${variant}","version":${version},` +
    `"status":"${worstOf(decisions)}","state":${summary},` +
    `"markets":{${decisions.map((decision) => marketText(decision, now)).join(",")}}}`;
  const bytes = Buffer.from(text);
  const made = { bytes, etag: etagOf(bytes) };
  if (known.size >= MAX_BODIES) known.clear();
  known.set(key, made);
  return made;
}

export function matchSummaryOf(state: MatchState, now: number): MatchSummary {
  const clock = clockAt(state, now);
  return {
    period: clock.phase,
    minute: matchMinute(state, clock),
    score: state.score,
    redCards: state.redCards,
  };
}

function summaryText(state: MatchState, now: number): string {
  return JSON.stringify(matchSummaryOf(state, now));
}

/**
 * The latest version that anything listed is from: an event that touches none of it leaves the bytes alone. A reader
 * who asked for a version gets that one at least, because the answer has seen it.
 */
function versionOf(
  snapshot: PredictionSnapshot,
  decisions: readonly ServingDecision[],
  minVersion: number | undefined,
): number {
  const versions = decisions.flatMap(({ entry, settlement }) => settlement?.version ?? entry?.version ?? []);
  const listed = versions.length > 0 ? Math.max(...versions) : snapshot.version;
  return Math.max(listed, Math.min(minVersion ?? 0, snapshot.version));
}

function label(decision: ServingDecision, now: number): string {
  const { status, reason, entry, behindSeconds } = decision;
  const withoutPrice = status === "settled" || status === "suspended" || status === "missing";
  const shown = withoutPrice ? undefined : shownFreshUntil(decision, now);
  const until = shown === undefined || shown === entry?.promisedUntil ? "" : `:${shown}`;
  return status === "fresh" || status === "settled"
    ? `${status}${until}`
    : `${status}:${reason}${behindSeconds ?? ""}${until}`;
}

/** Outcomes are JSON text already; they are passed on and not looked into. */
function marketText(decision: ServingDecision, now: number): string {
  const { market, status, entry, settlement } = decision;
  const open = `"${market.id}":{"status":"${status}"`;
  if (settlement) {
    const provisional = settlement.provisional ? ',"provisional":true' : "";
    const { outcomes, version, at } = settlement;
    // A settlement that was last known may have been taken back since.
    const reason = status === "settled" ? "" : `,"reason":${reasonText(decision)}`;
    return `${open},"outcomes":${JSON.stringify(outcomes)},"version":${version},"computedAt":"${iso(at)}","freshUntil":null${provisional}${reason}}`;
  }
  const version = entry?.version ?? null;
  if (!entry || status === "suspended" || status === "missing")
    return `${open},"outcomes":null,"version":${version},"reason":${reasonText(decision)}}`;
  const freshUntil = shownFreshUntil(decision, now) ?? entry.promisedUntil;
  const times = `"computedAt":"${iso(entry.contentAt)}","freshUntil":"${iso(freshUntil)}"`;
  const reason = status === "stale" ? `,"reason":${reasonText(decision)}` : "";
  return `${open},"outcomes":${entry.outcomes},"version":${version},${times}${reason}}`;
}

/** `code`, and where an event is to blame, which: for a suspended price the one after which it may not be served. */
function reasonText({ reason, entry, requirement, behindSeconds }: ServingDecision): string {
  const overtaken = requirement !== undefined && (entry?.seen ?? 0) < requirement.version;
  const blamed = (reason === "hard_event" || reason === "overtaken" || reason === "too_stale") && overtaken;
  if (!blamed) return JSON.stringify({ code: reason, behindSeconds });
  const cause = (reason === "hard_event" ? requirement.hardCause : undefined) ?? requirement.cause;
  return JSON.stringify({ code: reason, event: cause.type, eventId: cause.eventId, source: cause.source });
}

/** One refresh stamps all its entries with the same few moments. */
const MAX_MOMENTS = 64;
const moments = new Map<number, string>();

function iso(ms: number): string {
  const known = moments.get(ms);
  if (known !== undefined) return known;
  if (moments.size >= MAX_MOMENTS) moments.clear();
  const text = new Date(ms).toISOString();
  moments.set(ms, text);
  return text;
}
