import { MATCH_STATUSES, MatchAnswer, MatchListAnswer, RegistrationAnswer } from "@touchline/contract";
import { Fixture, withoutNullFields } from "@touchline/domain";
import type { Request } from "express";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { JSON_TYPE, jsonOf, readBody, textOf } from "../http/body.ts";
import { ApiError } from "../http/problems.ts";
import { matchIdOf, oneOf, parseFields, wholeText } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { findMatches } from "../matches/find-matches.ts";
import { matchPage } from "../matches/match-page.ts";
import { registerMatch } from "../matches/register-match.ts";
import { answer, keyed, matchPath, problems } from "./describe.ts";

const MAX_LIMIT = 200;

const ListQuery = z.object({
  status: oneOf(MATCH_STATUSES)
    .pipe(z.enum(MATCH_STATUSES, { error: `must be one of ${MATCH_STATUSES.join(", ")}` }))
    .optional(),
  limit: wholeText.pipe(z.int().min(1).max(MAX_LIMIT)).default(50),
  offset: wholeText.default(0).meta({ description: "`next` of the page before" }),
});

/** `GET /v1/matches` */
export function listMatchesRoute({ store, now }: ApiContext): Route {
  return {
    method: "get",
    path: "/v1/matches",
    operation: {
      summary: "Matches by kick-off",
      requestParams: { query: ListQuery },
      responses: {
        200: answer("one page", MatchListAnswer),
        ...problems({ 400: "a parameter breaks a rule", 503: "the store does not answer" }),
      },
    },
    async handle(req, res) {
      const { status, limit, offset } = parseFields(ListQuery, req.query, "query");
      res.set("cache-control", "no-cache").json(await findMatches(store, { status, limit, offset }, now()));
    },
  };
}

/** `GET /v1/matches/{matchId}` */
export function readMatchRoute({ store, now }: ApiContext): Route {
  return {
    method: "get",
    path: "/v1/matches/{matchId}",
    operation: {
      summary: "What is known of a match: score, clock, and every fact with the version at which it last changed",
      requestParams: matchPath,
      responses: {
        200: answer("the match", MatchAnswer),
        ...problems({ 400: "the id breaks a rule", 404: "no such match", 503: "the store does not answer" }),
      },
    },
    async handle(req, res) {
      const matchId = matchIdOf(req);
      const match = await store.match(matchId);
      if (!match) throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
      res.set("cache-control", "no-cache").json(matchPage(matchId, match, now()));
    },
  };
}

/** `PUT /v1/matches/{matchId}` */
export function registerMatchRoute(context: ApiContext): Route {
  const { store, queues, feed, config, now, monotonic } = context;
  const options = { store, queues, feed, applyWaitMs: config.APPLY_WAIT_MS, now, monotonic };
  return {
    method: "put",
    path: "/v1/matches/{matchId}",
    operation: {
      summary: "Register a fixture, or correct it",
      description: "Answers when the match can be read. The same request again changes nothing.",
      requestParams: matchPath,
      requestBody: { required: true, content: { [JSON_TYPE]: { schema: Fixture.meta({ id: "Fixture" }) } } },
      responses: {
        200: answer("it was known; it says now what was sent", RegistrationAnswer),
        201: answer("it is new", RegistrationAnswer),
        ...problems({
          400: "the id or the fixture breaks a rule, or the body cannot be read",
          401: "no valid key",
          413: "the body is too large",
          415: "the body is not JSON",
          503: "accepted and not applied yet, or Redis does not answer; ask again",
        }),
      },
      ...keyed,
    },
    before: [context.access.needs("register"), ...readBody([JSON_TYPE])],
    async handle(req, res) {
      const matchId = matchIdOf(req);
      const fixture = fixtureOf(req);
      const { outcome, warnings } = await registerMatch(options, matchId, fixture);
      const match = await store.match(matchId);
      if (!match) throw new Error(`match ${matchId} was applied and is not there`);
      if (outcome === "created") res.status(201).location(`/v1/matches/${matchId}`);
      res.json({ ...matchPage(matchId, match, now()), ...(warnings.length === 0 ? {} : { warnings }) });
    },
  };
}

/** Null means the same as leaving a field out. */
function fixtureOf(req: Request): Fixture {
  return parseFields(Fixture, withoutNullFields(jsonOf(textOf(req))), "fixture");
}
