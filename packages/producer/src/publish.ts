import { MatchEvent, type MatchEventInput } from "@touchline/domain";
import { type EnqueuedJob, enqueueEvents } from "@touchline/queue";

/** The part of a BullMQ `Queue` that publishing needs, whatever release it is of. */
export interface EventQueue {
  add(name: string, data: unknown, opts: EnqueuedJob["opts"]): Promise<unknown>;
  addBulk(jobs: EnqueuedJob[]): Promise<unknown>;
}

/** One broken rule of an event. */
export interface EventIssue {
  /** The field, `payload.home` for one within another. */
  readonly path: string;
  readonly message: string;
}

/** An event that Touchline would put among its dead letters. */
export class InvalidEventError extends Error {
  override readonly name = "InvalidEventError";
  /** Place in the list that was given; 0 for one alone. */
  readonly index: number;
  readonly issues: readonly EventIssue[];

  constructor(index: number, issues: readonly EventIssue[]) {
    const [first] = issues;
    super(`event ${index}: ${first ? `${first.path || "the event"}: ${first.message}` : "not an event"}`);
    this.index = index;
    this.issues = issues;
  }
}

/** One transaction of BullMQ holds so many: Redis serves nobody else while it runs. */
const MAX_AT_ONCE = 500;

/**
 * Publishes one event or many as jobs under the ids that Touchline uses: an event sent twice while it waits is one job,
 * and a correction is another. Resolves when Redis has them. Its deadline is that of the queue's connection.
 * @param queue BullMQ's queue `EVENTS_QUEUE`, with the key prefix of the installation
 * @throws InvalidEventError before anything is enqueued, naming the field and the rule
 */
export async function publish(queue: EventQueue, events: MatchEventInput | readonly MatchEventInput[]): Promise<void> {
  const list = isList(events) ? events : [events];
  for (const [index, event] of list.entries()) {
    const { error } = MatchEvent.safeParse(event);
    if (error)
      throw new InvalidEventError(
        index,
        error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
      );
  }
  for (let from = 0; from < list.length; from += MAX_AT_ONCE)
    await enqueueEvents(queue, list.slice(from, from + MAX_AT_ONCE));
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
