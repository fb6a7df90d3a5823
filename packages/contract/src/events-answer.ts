import { EVENT_WARNINGS } from "@touchline/domain";
import { z } from "zod";
import { Problem } from "./problem.ts";

/**
 * `accepted`: the queue holds it. `duplicate`: it is known already, in this revision or a higher one. `conflict`: it is
 * known in this revision with other content; the queue holds this one as well, and which of the two counts depends on
 * their contents alone. `rejected`: it is no event; sending it again would not help.
 */
export const EVENT_STATUSES = ["accepted", "duplicate", "conflict", "rejected"] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** What became of one event of a request. `index` counts from 0; blank lines of NDJSON do not count. */
const EventResult = z.object({
  index: z.int().nonnegative(),
  // A literal: the four are all there will ever be, and clients count them.
  status: z.literal(EVENT_STATUSES),
  id: z.string().optional(),
  source: z.string().optional(),
  matchId: z.string().optional(),
  warnings: z
    .array(z.object({ code: z.enum(EVENT_WARNINGS), path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: "what was taken and has no effect, or not the one that was meant" }),
  problem: Problem.optional(),
});
export type EventResult = z.output<typeof EventResult>;

/** What `POST /v1/events` answers: a result for each event, in the order in which they were sent. */
export const EventsAnswer = z
  .object({
    accepted: z.int(),
    duplicate: z.int(),
    conflict: z.int(),
    rejected: z.int(),
    results: z.array(EventResult),
  })
  .meta({ id: "EventsAnswer" });
export type EventsAnswer = z.output<typeof EventsAnswer>;

/** The answer when all of a request was rejected: a problem that lists the results as well. */
export const NoEventTaken = Problem.extend(EventsAnswer.shape).meta({ id: "NoEventTaken" });
