import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { PredictionsAnswer } from "../answers.ts";
import { isKnownTo } from "../http/etag.ts";
import { ApiError } from "../http/problems.ts";
import { matchIdOf } from "../http/request-fields.ts";
import { requestDirectives } from "../http/request-directives.ts";
import type { Route } from "../http/route.ts";
import { answerBody } from "../predictions/answer-body.ts";
import { answerHeaders } from "../predictions/answer-headers.ts";
import { readUntilServable } from "../predictions/read-until-servable.ts";
import { PredictionQuery, selectionOf } from "../predictions/selection.ts";
import { STATUSES, type Verdict, worstOf } from "../predictions/verdict.ts";
import { answer, matchPath, problems } from "./describe.ts";

const HEADERS = z.object({
  ETag: z.string(),
  Age: z.int(),
  "Cache-Control": z.string(),
  "Cache-Status": z.string().meta({ description: "RFC 9211; detail is the reason of the market that decided" }),
  "Surrogate-Key": z.string(),
  "Touchline-Match-Version": z.int().meta({ description: "match version that was looked at" }),
});

/** `GET /v1/matches/{matchId}/predictions`: what this service is for. */
export function predictionsRoute(context: ApiContext): Route {
  const { metrics, feed, asker, reader, config, now, monotonic, random } = context;
  const options = {
    reader,
    feed,
    asker,
    missWaitMs: config.MISS_WAIT_MS,
    xfetchBeta: config.XFETCH_BETA,
    now,
    monotonic,
    random,
    waited: (outcome: "answered" | "deadline", seconds: number) => metrics.waited(outcome, seconds),
  };
  return {
    method: "get",
    path: "/v1/matches/{matchId}/predictions",
    operation: {
      summary: "Predictions of a match, each with the truth about its freshness",
      requestParams: { ...matchPath, query: PredictionQuery },
      responses: {
        200: { ...answer("one entry for each market asked for", PredictionsAnswer), headers: HEADERS },
        304: { description: "unchanged since the ETag that was sent", headers: HEADERS },
        ...problems({
          400: "a parameter breaks a rule",
          404: "no such match, market, category or variant",
          503: "no prediction yet, or the store does not answer",
          504: "nothing stored, and only-if-cached was asked for",
        }),
      },
    },
    async handle(req, res) {
      try {
        const matchId = matchIdOf(req);
        const selection = selectionOf(req.query);
        const directives = requestDirectives(req.get("cache-control"));
        const reading = await readUntilServable(options, matchId, selection, directives);
        if (!reading) throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
        const { snapshot, verdicts } = reading;
        if (nothingToShow(verdicts)) {
          metrics.read("missing");
          throw new NothingYet(directives.onlyIfCached);
        }
        const { variant, key, named } = selection;
        const { bytes, etag } = answerBody(snapshot, { matchId, variant, selection: key }, verdicts, reading.now);
        const headers = answerHeaders({ ...reading, matchId, named, etag });
        metrics.read(worstOf(verdicts));
        countMarkets(context, verdicts);
        const unchanged = isKnownTo(req.get("if-none-match"), etag);
        res.writeHead(unchanged ? 304 : 200, unchanged ? headers : { ...headers, "content-length": bytes.length });
        res.end(unchanged ? undefined : bytes);
      } catch (error) {
        if (!(error instanceof NothingYet)) metrics.read(isRefused(error) ? "refused" : "error");
        throw error;
      }
    },
  };
}

/** Counted as `missing` already. */
class NothingYet extends ApiError {
  constructor(onlyIfCached: boolean) {
    super(onlyIfCached ? "only_if_cached" : "predictions_pending", {
      detail: "no market that was asked for has been predicted yet; a refresh has been asked for",
      ...(onlyIfCached ? {} : { retryAfterSeconds: 1 }),
    });
  }
}

function nothingToShow(verdicts: readonly Verdict[]): boolean {
  const open = verdicts.filter(({ status }) => status !== "settled");
  return open.length > 0 && open.every(({ status }) => status === "missing");
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500;
}

function countMarkets({ metrics }: ApiContext, verdicts: readonly Verdict[]): void {
  for (const status of STATUSES) {
    const count = verdicts.filter((verdict) => verdict.status === status).length;
    if (count > 0) metrics.servedMarkets(status, count);
  }
}
