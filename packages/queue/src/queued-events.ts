import type { MatchEvent } from "@touchline/domain";
import type { Queue } from "bullmq";
import { eventJobId } from "./event-job.ts";

/** What an event's identity in the queue is made of. */
type Identity = Pick<MatchEvent, "matchId" | "source" | "id" | "revision" | "retracted" | "type">;

/** For each event, whether the queue holds a job of the same identity. Pipelined: one round trip. */
export async function areQueued(queue: Queue, events: readonly Identity[]): Promise<boolean[]> {
  if (events.length === 0) return [];
  const client = await queue.getBackend().client;
  const replies = await Promise.all(
    events.map(async (event) => client.hexists(queue.toKey(eventJobId(event)), "timestamp")),
  );
  return replies.map((count) => count > 0);
}
