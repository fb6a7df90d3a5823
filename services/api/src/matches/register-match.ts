import { createHash, randomUUID } from "node:crypto";
import {
  canonicalJson,
  eventKey,
  type EventWarning,
  eventWarnings,
  Fixture,
  isId,
  MatchEvent,
  type MatchEventInput,
  MAX_REVISION,
  type MatchState,
} from "@touchline/domain";
import { ChangeWatch } from "../changes/change-watch.ts";
import type { ChangeFeed } from "../changes/change-feed.ts";
import { ApiError } from "../http/problems.ts";
import type { MatchStore } from "@touchline/cache";
import type { Queues } from "../redis/queues.ts";

interface RegistrationOptions {
  readonly store: MatchStore;
  readonly queues: Queues;
  readonly feed: ChangeFeed;
  readonly applyWaitMs: number;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/** The producer of the fixture events that are made here. */
const SOURCE = "api";

export interface Registration {
  readonly outcome: "created" | "updated" | "unchanged";
  /** What is likely a mistake about the fixture, as the match was known before. */
  readonly warnings: readonly EventWarning[];
}

/**
 * Registers a fixture as an event like any other, and waits until it is applied. Registering the same again adds
 * nothing; registering something else is the next revision of the event.
 * @throws ApiError `not_applied_yet` when that took too long: the event is in the queue all the same
 */
export async function registerMatch(
  options: RegistrationOptions,
  matchId: string,
  fixture: Fixture,
): Promise<Registration> {
  const { store, queues, feed, now, monotonic } = options;
  let id = fixtureEventId(matchId);
  const deadline = monotonic() + options.applyWaitMs;
  using watch = new ChangeWatch(
    feed,
    matchId,
    (message) => message.kind === "touched" && message.event.id === id && message.event.source === SOURCE,
  );
  const match = await store.match(matchId);
  const warnings = warningsOf(fixtureEvent(matchId, id, fixture, 1, now()), match?.state);
  const applied: Registration = { outcome: match ? "updated" : "created", warnings };
  const unchanged: Registration = { outcome: "unchanged", warnings };
  let after = 0;
  for (let sent = 0; ;) {
    watch.arm();
    const [logged] = await store.logged(matchId, [eventKey({ source: SOURCE, id })]);
    if (logged && !logged.retracted && sameFixture(logged.payload, fixture)) return sent === 0 ? unchanged : applied;
    // Ours was applied, and another registration has followed it.
    if (logged && sent > 0 && logged.revision > sent) return applied;
    // A different fixture may have waited under the job id of this one, and kept it out: then the next revision goes
    // in.
    const revision = (logged?.revision ?? 0) + 1;
    if (revision > MAX_REVISION && logged) {
      // Somebody has used up the revisions of our event. An event of a new name, a little later, takes its place.
      if (match?.state.fixture && sameFixture(match.state.fixture, fixture)) return unchanged;
      id = `fixture-${randomUUID()}`;
      after = Date.parse(logged.occurredAt) + 1;
      continue;
    }
    if (revision > sent) {
      await store.index(matchId, Date.parse(fixture.kickoff));
      await queues.publish([fixtureEvent(matchId, id, fixture, revision, Math.max(now(), after))]);
      sent = revision;
    }
    if (!(await watch.changed(deadline - monotonic())))
      throw new ApiError("not_applied_yet", {
        detail: "the fixture waits in the queue; ask again, the same request does no harm",
        retryAfterSeconds: 1,
      });
  }
}

function fixtureEvent(matchId: string, id: string, fixture: Fixture, revision: number, now: number): MatchEventInput {
  return {
    id,
    source: SOURCE,
    revision,
    matchId,
    type: "fixture",
    occurredAt: new Date(now).toISOString(),
    payload: jsonOf(fixture),
  };
}

function warningsOf(event: MatchEventInput, known: MatchState | undefined): readonly EventWarning[] {
  return eventWarnings(event, MatchEvent.parse(event), known);
}

/** Without what is merely absent: a payload is JSON. */
function jsonOf(fixture: Fixture): MatchEventInput["payload"] {
  return JSON.parse(JSON.stringify(fixture)) as MatchEventInput["payload"];
}

/** `fixture-<matchId>`, or a digest in place of a match id that would make it longer than an id may be. */
export function fixtureEventId(matchId: string): string {
  const id = `fixture-${matchId}`;
  if (isId(id)) return id;
  return `fixture-${createHash("sha256").update(matchId).digest("hex").slice(0, 40)}`;
}

function sameFixture(payload: unknown, fixture: Fixture): boolean {
  const known = Fixture.safeParse(payload);
  return known.success && canonicalJson(known.data) === canonicalJson(fixture);
}
