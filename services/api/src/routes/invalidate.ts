import { InvalidationAnswer, InvalidationRequest } from "@touchline/contract";
import type { ApiContext } from "../api-context.ts";
import { JSON_TYPE, jsonOf, readBody, textOf } from "../http/body.ts";
import { ApiError } from "../http/problems.ts";
import { matchIdOf } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { type Invalidation, invalidateMatch } from "../invalidate/invalidate-match.ts";
import { invalidationOf } from "../invalidate/invalidation-request.ts";
import { answer, keyed, matchPath, problems } from "./describe.ts";

/** `POST /v1/matches/{matchId}/invalidate` */
export function invalidateRoute(context: ApiContext): Route {
  const { store, queues, log, now } = context;
  return {
    method: "post",
    path: "/v1/matches/{matchId}/invalidate",
    operation: {
      summary: "Have markets predicted again, by hand",
      description:
        "By scope, by market, by category or by fact. Predictions made before it are stale (soft) or suspended (hard) " +
        "until a refresh that has seen it is committed. The stream of the match says it like an event.",
      requestParams: matchPath,
      requestBody: {
        required: true,
        content: { [JSON_TYPE]: { schema: InvalidationRequest.meta({ id: "InvalidationRequest" }) } },
      },
      responses: {
        200: answer("what was touched", InvalidationAnswer),
        ...problems({
          400: "the id or the body breaks a rule",
          401: "no valid key",
          404: "no such match or market",
          413: "the body is too large",
          415: "the body is not JSON",
          503: "the store does not answer, or events of the match came first again and again",
        }),
      },
      ...keyed,
    },
    before: [context.access.needs("operate"), ...readBody([JSON_TYPE])],
    async handle(req, res) {
      const matchId = matchIdOf(req);
      const { graph } = context;
      const request = invalidationOf(jsonOf(textOf(req)), graph);
      const invalidation = await invalidateMatch({ graph, store, queues, log, now }, matchId, request);
      if (!invalidation) throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
      count(context, invalidation);
      const body = answerOf(matchId, invalidation);
      log.info({ matchId, ...request, version: body.version, touched: body.touched.length }, "invalidated by hand");
      res.json(body);
    },
  };
}

/** Under the names that the tag-manager counts events under. */
function count({ stats }: ApiContext, { plan, actual }: Invalidation): void {
  if (plan.touched.length === 0) return;
  stats.add(plan.preserved > 0 ? "surgical_invalidation" : "full_invalidation");
  stats.add("markets_affected_logical", plan.touched.length + plan.settled.length);
  stats.add("cache_keys_deleted_actual", actual);
  stats.add("markets_preserved", plan.preserved);
}

function answerOf(
  matchId: string,
  { cause, version, epoch, plan, actual, enqueued }: Invalidation,
): InvalidationAnswer {
  const { type, source, eventId, reason } = cause;
  const touched = plan.touched.map(({ market, severity, because, variants }) => ({
    market,
    severity,
    because: [...because],
    ...(variants ? { variants: [...variants] } : {}),
  }));
  return {
    matchId,
    version,
    epoch,
    kind: touched.length === 0 ? "nothing" : plan.preserved === 0 ? "full" : "surgical",
    cause: { type, source, eventId, ...(reason === undefined ? {} : { reason }) },
    touched,
    openMarkets: plan.open,
    markets_affected_logical: touched.length + plan.settled.length,
    cache_keys_deleted_actual: actual,
    markets_preserved: plan.preserved,
    rung: enqueued,
  };
}
