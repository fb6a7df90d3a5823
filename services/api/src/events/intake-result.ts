import type { Problem } from "../http/problems.ts";

export const EVENT_STATUSES = ["accepted", "duplicate", "rejected"] as const;

/**
 * `accepted`: the queue holds it. `duplicate`: it is known already, in this revision or a higher one.
 * `rejected`: it is no event; sending it again would not help.
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
  readonly problem?: Problem;
}
