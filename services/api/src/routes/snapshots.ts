import { EventBody, MAX_EVENTS, SnapshotAnswer } from "@touchline/contract";
import { Totals } from "@touchline/domain";
import type { Request } from "express";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { JSON_TYPE, NDJSON_TYPES, readBody } from "../http/body.ts";
import { ApiError } from "../http/problems.ts";
import { identityOf, publishRefusalOf } from "../identity/identity.ts";
import type { Route } from "../http/route.ts";
import { readEventList, readTotals, SnapshotQuery, type SnapshotRequest } from "../snapshots/read-snapshot-request.ts";
import { takeSnapshot } from "../snapshots/take-snapshot.ts";
import { answer, keyed, matchPath, problems } from "./describe.ts";
import { Lines } from "./events.ts";

const PROBLEMS = {
  400: "the id, the query or the body breaks a rule, or the body cannot be read",
  401: "no valid key",
  413: "the body is too large, or holds too many events",
  415: "the content type is none of these",
  503: "the queue does not answer; send it again",
};

const Row = EventBody.partial({ id: true, source: true, matchId: true, occurredAt: true }).meta({
  id: "SnapshotRow",
  description: "an event; source and match are those of the request. Without an id it is known by what it says",
});

/** `PUT /v1/matches/{matchId}/events` */
export function eventListRoute(context: ApiContext): Route {
  return {
    method: "put",
    path: "/v1/matches/{matchId}/events",
    operation: {
      summary: "Say all that a source says of a match",
      description: `The complete present list of a source, at most ${MAX_EVENTS} events. What is new is added, what changed is revised, what is missing is retracted, all in one step. The same list again changes nothing.`,
      requestParams: { ...matchPath, query: SnapshotQuery },
      requestBody: {
        required: true,
        content: {
          [JSON_TYPE]: { schema: z.array(Row).max(MAX_EVENTS) },
          ...Object.fromEntries(NDJSON_TYPES.map((type) => [type, { schema: Lines }])),
        },
      },
      responses: {
        202: answer("the queue holds it; what it changes of the match as it is known now", SnapshotAnswer),
        ...problems({ ...PROBLEMS, 422: "a row cannot be read, so the list is not complete; nothing was taken" }),
      },
      ...keyed,
    },
    before: [context.access.needs("publish"), ...readBody([JSON_TYPE, ...NDJSON_TYPES])],
    handle: taking(context, (req) => readEventList(req, context.config.EVENT_MAX_BYTES)),
  };
}

/** `PUT /v1/matches/{matchId}/totals` */
export function totalsRoute(context: ApiContext): Route {
  return {
    method: "put",
    path: "/v1/matches/{matchId}/totals",
    operation: {
      summary: "Say a match in numbers",
      description:
        "For feeds that know the score, corners and cards as numbers and no events. A number that rises adds one, a number that falls takes the last one back, all in one step. What is left out stays as it is.",
      requestParams: { ...matchPath, query: SnapshotQuery },
      requestBody: { required: true, content: { [JSON_TYPE]: { schema: Totals } } },
      responses: {
        202: answer("the queue holds them; what they change of the match as it is known now", SnapshotAnswer),
        ...problems(PROBLEMS),
      },
      ...keyed,
    },
    before: [context.access.needs("publish"), ...readBody([JSON_TYPE])],
    handle: taking(context, readTotals),
  };
}

function taking(context: ApiContext, read: (req: Request) => SnapshotRequest): Route["handle"] {
  return async (req, res) => {
    const { key, snapshot, asOf } = read(req);
    const refusal = publishRefusalOf(identityOf(res), key);
    if (refusal !== undefined) throw new ApiError("forbidden", { detail: refusal });
    const { outcome, at, changes } = await takeSnapshot(context, key, snapshot, asOf);
    // One job, whatever the number of its rows.
    context.metrics.took(outcome === "kept" ? "accepted" : "duplicate", 1);
    const status = outcome === "superseded" ? outcome : "accepted";
    res
      .status(202)
      .json({ matchId: key.matchId, source: key.source, status, asOf: new Date(at).toISOString(), ...changes });
  };
}
