import { MatchEvent } from "@touchline/domain";
import type { Queue } from "bullmq";
import { conflictJobId, eventJobId } from "./event-job.ts";

/** A job that waits under an event's job id. */
export interface QueuedEvent {
  /** What it carries; undefined when that is no event: it will be refused. */
  readonly event: MatchEvent | undefined;
}

/**
 * For each event, what waits in the queue under its job id; undefined where nothing does. Pipelined: one round trip.
 */
export async function queuedEvents(queue: Queue, events: readonly MatchEvent[]): Promise<(QueuedEvent | undefined)[]> {
  if (events.length === 0) return [];
  const client = await queue.getBackend().client;
  const replies = await Promise.all(events.map(async (event) => client.hget(queue.toKey(eventJobId(event)), "data")));
  return replies.map((data) => (data == null ? undefined : { event: eventIn(data) }));
}

/** For each event, whether it waits in the queue beside another content of its identity. */
export async function areQueuedConflicts(queue: Queue, events: readonly MatchEvent[]): Promise<boolean[]> {
  if (events.length === 0) return [];
  const client = await queue.getBackend().client;
  const replies = await Promise.all(
    events.map(async (event) => client.hexists(queue.toKey(conflictJobId(event)), "timestamp")),
  );
  return replies.map((count) => count > 0);
}

function eventIn(data: string): MatchEvent | undefined {
  try {
    return MatchEvent.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
