import { z } from "zod";
import { Id, Side } from "@touchline/domain";
import { TimelineLine } from "../timeline/timeline-file.ts";

/** A line of a timeline without its place in it. Who it was may not be known yet. */
const told = TimelineLine.omit({ match_id: true, seq: true }).extend({
  player: z
    .int()
    .nonnegative()
    .nullish()
    .transform((player) => player ?? undefined),
});

/**
 * One message of an incident feed: the kind of feed in which an incident keeps its id while its contents change.
 *
 * `sent_ms` and `recv_ms` are milliseconds from kick-off on the provider's and on our clock. `feed_seq` counts the
 * messages of a match as they were sent, 1, 2, 3 …; the end of a recovery has none. Of one `event_id` the highest
 * `version` counts. `tbd` counts at once and may be taken back, `cancelled` takes it back. A `kind` that is not known
 * says no more than that the feed is alive.
 */
export const IncidentMessage = z.looseObject({
  match_id: Id,
  kind: z.string().max(40),
  recv_ms: z.number(),
  sent_ms: z.number(),
  feed_seq: z.int().min(1).max(10_000_000).nullish(),
  recovery: z.boolean().optional(),
  action: z.enum(["insert", "update", "delete"]).optional(),
  event_id: z.string().min(1).max(120).optional(),
  version: z.int().min(1).max(1_000_000).optional(),
  confirmation: z.enum(["tbd", "confirmed", "cancelled"]).optional(),
  event: told.optional(),
  reason: z.string().max(120).optional(),
  team: Side.optional(),
});
export type IncidentMessage = z.output<typeof IncidentMessage>;

/** A file or a stream that is not an incident feed. The message names the line. */
export class IncidentFeedError extends Error {
  override readonly name = "IncidentFeedError";
}

/**
 * The messages of each match of a recorded feed, in order of arrival.
 * @param text NDJSON; blank lines are skipped
 * @throws IncidentFeedError naming the first line that is not a message
 */
export function parseIncidentFeed(text: string): Map<string, IncidentMessage[]> {
  const matches = new Map<string, IncidentMessage[]>();
  for (const [index, row] of text.split("\n").entries()) {
    if (row.trim() === "") continue;
    const message = parseMessage(row, index + 1);
    const known = matches.get(message.match_id);
    if (known) known.push(message);
    else matches.set(message.match_id, [message]);
  }
  return matches;
}

function parseMessage(row: string, number: number): IncidentMessage {
  let json: unknown;
  try {
    json = JSON.parse(row);
  } catch {
    throw new IncidentFeedError(`line ${number} is not JSON`);
  }
  const message = IncidentMessage.safeParse(json);
  if (message.success) return message.data;
  const [issue] = message.error.issues;
  throw new IncidentFeedError(
    `line ${number} is no feed message: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}
