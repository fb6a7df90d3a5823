import { eventKey, type MatchEvent } from "@touchline/domain";
import type { Logger } from "@touchline/platform";
import { ApiError, problemOf } from "../http/problems.ts";
import type { MatchStore } from "@touchline/cache";
import { isOutage } from "../redis/outage.ts";
import type { Queues } from "../redis/queues.ts";
import type { EventResult } from "./intake-result.ts";
import type { Item } from "./read-events.ts";

interface IntakeOptions {
  readonly store: MatchStore;
  readonly queues: Queues;
  readonly log: Logger;
}

/**
 * Enqueues the events that are new and says what became of each. Known are those that came earlier in the same
 * request, wait in the queue, or are in the match's log, in the same revision or a higher one.
 * @throws ApiError `queue_unavailable`: then nothing is certain, and sending all of it again is harmless
 */
export async function takeEvents(options: IntakeOptions, items: readonly Item[]): Promise<EventResult[]> {
  const { queues } = options;
  const events = items.flatMap((item) => ("event" in item ? item.event : []));
  const repeated = repeatedWithin(events);
  const [queued, logged] = await Promise.all([queues.areQueued(events), loggedOf(options, events)]);
  const known = new Set(
    events.filter((event, i) => repeated.has(event) || queued[i] === true || !isNews(event, logged.get(event))),
  );
  await queues.publish(events.filter((event) => !known.has(event)));
  return items.map((item, index) => {
    if ("event" in item) {
      const { id, source, matchId } = item.event;
      return { index, status: known.has(item.event) ? "duplicate" : "accepted", id, source, matchId };
    }
    const problem = problemOf(new ApiError("invalid_request", { errors: item.errors }));
    return { index, status: "rejected", ...item.claims, problem };
  });
}

/** Whether `event` says more than what is known of it. */
function isNews(event: MatchEvent, known: MatchEvent | undefined): boolean {
  if (!known) return true;
  if (event.revision !== known.revision) return event.revision > known.revision;
  return event.retracted && !known.retracted;
}

/** Events that an earlier one of the request makes superfluous. */
function repeatedWithin(events: readonly MatchEvent[]): Set<MatchEvent> {
  const latest = new Map<string, MatchEvent>();
  const repeated = new Set<MatchEvent>();
  for (const event of events) {
    const identity = `${event.matchId}/${eventKey(event)}`;
    if (isNews(event, latest.get(identity))) latest.set(identity, event);
    else repeated.add(event);
  }
  return repeated;
}

/** What the logs hold of the events. Without the store there is no telling; the tag-manager will find duplicates. */
async function loggedOf(
  { store, log }: IntakeOptions,
  events: readonly MatchEvent[],
): Promise<Map<MatchEvent, MatchEvent>> {
  const found = new Map<MatchEvent, MatchEvent>();
  try {
    await Promise.all(
      [...Map.groupBy(events, ({ matchId }) => matchId)].map(async ([matchId, ofMatch]) => {
        const logged = await store.logged(matchId, ofMatch.map(eventKey));
        for (const [i, event] of ofMatch.entries()) {
          const known = logged[i];
          if (known) found.set(event, known);
        }
      }),
    );
  } catch (err) {
    if (!isOutage(err)) throw err;
    log.debug({ err }, "taking events without looking into the logs");
  }
  return found;
}
