import type { EventWarning } from "@touchline/domain";
import type { Problem } from "../http/problems.ts";

export const EVENT_STATUSES = ["accepted", "duplicate", "conflict", "rejected"] as const;

/**
 * `accepted`: the queue holds it. `duplicate`: it is known already, in this revision or a higher one. `conflict`: it is
 * known in this revision with other content; the queue holds this one as well, and which of the two counts depends on their
 * contents alone. `rejected`: it is no event; sending it again would not help.
 */
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** What became of one event of a request. */
export interface EventResult {
  /** Position in the request, from 0; blank lines of NDJSON do not count. */
  readonly index: number;
  readonly status: EventStatus;
  /** Identity, as far as it could be read. */
  readonly id?: string;
  readonly source?: string;
  readonly matchId?: string;
  /** What was taken and has no effect, or not the one that was meant. */
  readonly warnings?: readonly EventWarning[];
  readonly problem?: Problem;
}
