import {
  conflictWarning,
  eventKey,
  type EventLog,
  type EventWarning,
  eventWarnings,
  isOfForgottenMatch,
  mayRepeatGoal,
  type MatchEvent,
  type MatchState,
  repeatedGoal,
} from "@touchline/domain";
import type { EventResult, EventStatus } from "@touchline/contract";
import type { Logger } from "@touchline/platform";
import { conflictJobId, eventJobId } from "@touchline/queue";
import { ApiError, problemOf } from "../http/problems.ts";
import { type MatchStore, TruthIncompleteError } from "@touchline/cache";
import { isOutage } from "../redis/outage.ts";
import type { Queues } from "../redis/queues.ts";
import { strictest, relationOf, type Relation, SaidBefore } from "./known-events.ts";
import type { Item } from "./read-events.ts";

interface IntakeOptions {
  readonly store: MatchStore;
  readonly queues: Queues;
  readonly log: Logger;
}

/**
 * Enqueues the events that are new and says what became of each, with warnings for what has no effect. Known are those
 * that came earlier in the same request, wait in the queue, or stand in the match's log, in the same revision or a
 * higher one. What contradicts one of them is enqueued beside it, so that every order of arrival ends alike.
 * @throws ApiError `queue_unavailable`: then nothing is certain, and sending all of it again is harmless
 */
export async function takeEvents(options: IntakeOptions, items: readonly Item[]): Promise<EventResult[]> {
  const { queues } = options;
  const events = items.flatMap((item) => ("event" in item ? item.event : []));
  const [relations, matches, forgotten] = await Promise.all([
    relationsOf(options, events),
    statesOf(options, events),
    forgottenOf(options, events),
  ]);
  const repeats = await repeatsOf(options, events, matches);
  const isConflict = (event: MatchEvent): boolean => relations.get(event)?.relation === "conflict";
  await queues.publish(
    events.filter((event) => relations.get(event)?.relation !== "duplicate" && !forgotten.has(event)),
    (event) => (relations.get(event)?.apart ? conflictJobId(event) : eventJobId(event)),
  );
  return items.map((item, index) => {
    if (!("event" in item)) {
      const problem = problemOf(new ApiError("invalid_request", { errors: item.errors }));
      return { index, status: "rejected", ...item.claims, problem };
    }
    const { event } = item;
    const { id, source, matchId } = event;
    const detail = forgotten.get(event);
    if (detail !== undefined)
      return {
        index,
        status: "rejected",
        id,
        source,
        matchId,
        problem: problemOf(new ApiError("forgotten_match", { detail })),
      };
    const relation = relations.get(event)?.relation ?? "news";
    const reported =
      relation === "duplicate"
        ? []
        : [...eventWarnings(item.reported, event, matches.get(matchId)), ...(repeats.get(event) ?? [])];
    const warnings: EventWarning[] = isConflict(event) ? [conflictWarning(event), ...reported] : reported;
    return {
      index,
      status: STATUS_OF[relation],
      id,
      source,
      matchId,
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  });
}

const STATUS_OF: Readonly<Record<Relation, EventStatus>> = {
  news: "accepted",
  duplicate: "duplicate",
  conflict: "conflict",
};

interface Known {
  readonly relation: Relation;
  /** Another job stands under its job id: it needs one of its own. */
  readonly apart: boolean;
}

async function relationsOf(options: IntakeOptions, events: readonly MatchEvent[]): Promise<Map<MatchEvent, Known>> {
  const { queues } = options;
  const [queued, logged] = await Promise.all([queues.queued(events), loggedOf(options, events)]);
  const said = new SaidBefore();
  const relations = new Map(
    events.map((event, index): [MatchEvent, Known] => {
      const waiting = queued[index];
      const known = [waiting?.event, logged.get(event)].filter((other) => other !== undefined);
      const relation = strictest([...known.map((other) => relationOf(event, other)), said.relationOf(event)]);
      // A job that is no event will be refused; under its id this one would be lost with it.
      return [event, { relation, apart: relation === "conflict" || (waiting !== undefined && !waiting.event) }];
    }),
  );
  const apart = events.filter((event) => relations.get(event)?.apart);
  const waiting = await queues.areQueuedConflicts(apart);
  for (const [index, event] of apart.entries())
    if (waiting[index]) relations.set(event, { relation: "duplicate", apart: true });
  return relations;
}

/** What the logs hold of the events. Without the store there is no telling; the tag-manager will find duplicates. */
async function loggedOf(options: IntakeOptions, events: readonly MatchEvent[]): Promise<Map<MatchEvent, MatchEvent>> {
  const found = new Map<MatchEvent, MatchEvent>();
  const byMatch = [...Map.groupBy(events, ({ matchId }) => matchId)];
  await unlessAway(options, async () =>
    Promise.all(
      byMatch.map(async ([matchId, ofMatch]) => {
        const logged = await options.store.logged(matchId, ofMatch.map(eventKey));
        for (const [i, event] of ofMatch.entries()) {
          const known = logged[i];
          if (known) found.set(event, known);
        }
      }),
    ),
  );
  return found;
}

/** The states of the matches, as far as they are known now: what waits in the queue is not in them yet. */
async function statesOf(options: IntakeOptions, events: readonly MatchEvent[]): Promise<Map<string, MatchState>> {
  const states = new Map<string, MatchState>();
  const matchIds = [...new Set(events.map(({ matchId }) => matchId))];
  await unlessAway(options, async () =>
    Promise.all(
      matchIds.map(async (matchId) => {
        const state = await options.store.state(matchId);
        if (state) states.set(matchId, state);
      }),
    ),
  );
  return states;
}

/** Goals that another source has reported already. Few are looked up: a log is read only where it may hold one. */
async function repeatsOf(
  options: IntakeOptions,
  events: readonly MatchEvent[],
  states: ReadonlyMap<string, MatchState>,
): Promise<Map<MatchEvent, EventWarning[]>> {
  const found = new Map<MatchEvent, EventWarning[]>();
  const goals = events.filter((event) => {
    const state = states.get(event.matchId);
    return state !== undefined && mayRepeatGoal(event, state);
  });
  const byMatch = [...Map.groupBy(goals, ({ matchId }) => matchId)];
  await unlessAway(options, async () =>
    Promise.all(
      byMatch.map(async ([matchId, ofMatch]) => {
        const log = await logOf(options, matchId);
        for (const event of ofMatch) {
          const warning = repeatedGoal(event, log);
          if (warning) found.set(event, [warning]);
        }
      }),
    ),
  );
  return found;
}

/** The log of a match; empty where it is lost, which the tag-manager reports. */
async function logOf({ store }: IntakeOptions, matchId: string): Promise<EventLog> {
  try {
    return (await store.truth(matchId)).log;
  } catch (err) {
    if (err instanceof TruthIncompleteError) return new Map();
    throw err;
  }
}

/** Late words of matches that are gone, each with the reason. A fixture in the request begins a new match. */
async function forgottenOf(options: IntakeOptions, events: readonly MatchEvent[]): Promise<Map<MatchEvent, string>> {
  const { store } = options;
  const found = new Map<MatchEvent, string>();
  const byMatch = [...Map.groupBy(events, ({ matchId }) => matchId)];
  await unlessAway(options, async () =>
    Promise.all(
      byMatch.map(async ([matchId, ofMatch]) => {
        const note = await store.forgotten(matchId);
        if (!note || (await store.state(matchId))) return;
        const late = ofMatch.filter((event) => isOfForgottenMatch(event, note.at));
        if (late.length < ofMatch.length) return;
        const when = new Date(note.at).toISOString();
        const detail = `match ${matchId} ended or was deleted at ${when}, and nothing of it is kept; register it again first`;
        for (const event of late) found.set(event, detail);
      }),
    ),
  );
  return found;
}

async function unlessAway({ log }: IntakeOptions, look: () => Promise<unknown>): Promise<void> {
  try {
    await look();
  } catch (err) {
    if (!isOutage(err)) throw err;
    log.debug({ err }, "taking events without looking into the store");
  }
}
