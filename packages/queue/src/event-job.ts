import { createHash } from "node:crypto";
import { contentOf, isPriced, type MatchEvent, type MatchEventInput } from "@touchline/domain";

/** Identity of an event as a queue sees it. */
type EventIdentity = Pick<MatchEventInput, "matchId" | "source" | "id" | "revision" | "retracted" | "type">;

/**
 * Job id of an event: `match.source.id`, and for corrections the revision as well. BullMQ drops an add whose id it
 * still knows, so under one id a correction would vanish while the first version waits, and so would an event of
 * another match whose feed numbers its events afresh.
 */
export function eventJobId({ matchId, source, id, revision: reported, retracted, type }: EventIdentity): string {
  const revision = reported ?? 1;
  const takenBack = retracted === true || type === "retraction";
  return [matchId, source, id, ...(revision > 1 || takenBack ? [revision] : []), ...(takenBack ? ["x"] : [])].join(".");
}

/**
 * Job id of an event that contradicts another of its identity and revision: under one id BullMQ would drop the second
 * while the first waits, and which of the two counts would depend on that.
 */
export function conflictJobId(event: MatchEvent): string {
  return `${eventJobId(event)}.${createHash("sha256").update(contentOf(event)).digest("hex").slice(0, 12)}`;
}

const options = {
  attempts: 10,
  backoff: { type: "exponential", delay: 50, jitter: 0.5 },
  // The log in the store recognises duplicates. A job kept here would only swallow a later correction.
  removeOnComplete: true,
};

/**
 * Prices come by the hundred: BullMQ takes jobs without a priority before all that have one, so everything else
 * overtakes them.
 */
export const PRICE_PRIORITY = 10;

/** An event as a job of BullMQ. */
export interface EnqueuedJob {
  readonly name: string;
  readonly data: unknown;
  readonly opts: typeof options & { readonly jobId: string; readonly priority?: number };
}

/** The part of BullMQ's queue that is used here. */
interface JobQueue {
  add(name: string, data: unknown, opts: EnqueuedJob["opts"]): Promise<unknown>;
  addBulk(jobs: EnqueuedJob[]): Promise<unknown>;
}

/** How often Redis may have forgotten a script between being asked for it and being sent what needs it. */
const MAX_FORGOTTEN = 3;

/**
 * Publishes events; BullMQ keeps one job of each id while it waits. Events must be valid already.
 * @param jobIdOf `eventJobId` for all but what is known to contradict another event
 */
export async function enqueueEvents<Event extends MatchEvent | MatchEventInput>(
  queue: JobQueue,
  events: readonly Event[],
  jobIdOf: (event: Event) => string = eventJobId,
): Promise<void> {
  const jobs: EnqueuedJob[] = events.map((event) => ({
    name: event.type,
    data: event,
    opts: { ...options, jobId: jobIdOf(event), ...(isPriced(event) ? { priority: PRICE_PRIORITY } : {}) },
  }));
  const [first] = jobs;
  if (!first) return;
  if (jobs.length === 1) {
    // Without the transaction that a batch is wrapped in.
    await queue.add(first.name, first.data, first.opts);
    return;
  }
  for (let forgotten = 0; ; forgotten++) {
    try {
      await queue.addBulk(jobs);
      return;
    } catch (error) {
      // A pipeline cannot send the text after the digest. What was added already is known by its id.
      if (!isForgottenScript(error) || forgotten === MAX_FORGOTTEN) throw error;
    }
  }
}

function isForgottenScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
