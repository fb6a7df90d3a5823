import { EVENT_STATUSES, EventBody, EventsAnswer, MAX_EVENTS, NoEventTaken } from "@touchline/contract";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { countsOf } from "../events/count-results.ts";
import { readEvents } from "../events/read-events.ts";
import { takeEvents } from "../events/take-events.ts";
import { JSON_TYPE, NDJSON_TYPES, readBody } from "../http/body.ts";
import { identityOf, publishRefusalOf } from "../identity/identity.ts";
import { ApiError, problemOf, sendProblem } from "../http/problems.ts";
import type { Route } from "../http/route.ts";
import { answer, keyed, problems } from "./describe.ts";

export const Lines = z.string().meta({ description: "one event on each line" });

/** `POST /v1/events` */
export function eventsRoute(context: ApiContext): Route {
  const { config, metrics } = context;
  return {
    method: "post",
    path: "/v1/events",
    operation: {
      summary: "Publish match events",
      description: `One event, an array, or NDJSON; at most ${MAX_EVENTS}. An event sent twice counts once.`,
      requestBody: {
        required: true,
        content: {
          [JSON_TYPE]: { schema: z.union([EventBody, z.array(EventBody).max(MAX_EVENTS)]) },
          ...Object.fromEntries(NDJSON_TYPES.map((type) => [type, { schema: Lines }])),
        },
      },
      responses: {
        202: answer(
          "a result for each event, in the order sent; what has no effect is said in its warnings",
          EventsAnswer,
        ),
        ...problems({
          400: "the body cannot be read at all",
          401: "no valid key",
          413: "the body is too large, or holds too many events",
          415: "the content type is none of these",
          503: "the queue does not answer; send all of it again",
        }),
        422: {
          description: "every event of it was rejected; a result for each says why",
          content: { "application/problem+json": { schema: NoEventTaken } },
        },
      },
      ...keyed,
    },
    before: [context.access.needs("publish"), ...readBody([JSON_TYPE, ...NDJSON_TYPES])],
    async handle(req, res) {
      const results = await takeEvents(context, readEvents(req, config.EVENT_MAX_BYTES), (event) =>
        publishRefusalOf(identityOf(res), event),
      );
      const counts = countsOf(results);
      for (const status of EVENT_STATUSES) metrics.took(status, counts[status]);
      const taken = { ...counts, results };
      if (counts.rejected < results.length) res.status(202).json(taken);
      else sendProblem(res, Object.assign(problemOf(new ApiError("no_event_taken")), taken));
    },
  };
}
