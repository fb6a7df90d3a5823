import type { StatCounter } from "@touchline/cache";
import { MARKET_STATUSES, PredictionsAnswer } from "@touchline/contract";
import { clockAt, type MatchState } from "@touchline/domain";
import { urgencyOf } from "@touchline/queue";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { isKnownTo } from "../http/etag.ts";
import { ApiError } from "../http/problems.ts";
import { matchIdOf } from "../http/request-fields.ts";
import { requestDirectives } from "../http/request-directives.ts";
import type { Route } from "../http/route.ts";
import type { Renewal } from "../l1/fast-answers.ts";
import { type AnswerBody, answerBody } from "../predictions/answer-body.ts";
import { ageOf, answerHeaders, headerFacts, type HeaderFacts } from "../predictions/answer-headers.ts";
import { type Reading, readUntilServable } from "../predictions/read-until-servable.ts";
import { countReading, FAILED_READ, MISSED_READ, type StatDeltas } from "../stats/count-reading.ts";
import { PredictionQuery, type Selection, selectionOf } from "../predictions/selection.ts";
import { shownFreshUntil } from "../predictions/shown-fresh-until.ts";
import { type ServingDecision, worstOf } from "../predictions/serving-decision.ts";
import { answer, matchPath, problems } from "./describe.ts";

const HEADERS = z.object({
  ETag: z.string(),
  Age: z
    .int()
    .optional()
    .meta({ description: "seconds since the oldest price was made; absent where a shared cache may keep the answer" }),
  "Cache-Control": z.string().meta({
    description: "private, no-cache; a match that is over may be kept for a minute; s-maxage with SHARED_CACHE=purge",
  }),
  "Surrogate-Control": z
    .string()
    .optional()
    .meta({ description: "how long a cache that is purged may keep the answer; with SHARED_CACHE=purge alone" }),
  "Cache-Status": z.string().meta({ description: "RFC 9211; detail is the reason of the market that decided" }),
  "Surrogate-Key": z.string().meta({ description: "labels to purge by, separated by spaces" }),
  "Cache-Tag": z.string().optional().meta({ description: "the same labels for Cloudflare, separated by commas" }),
  "Touchline-Match-Version": z.int().meta({ description: "match version that was looked at" }),
  "Touchline-Match-Epoch": z
    .string()
    .optional()
    .meta({ description: "what the version is of: changes when the store's history has changed" }),
});

export const PREDICTIONS_PATH = "/v1/matches/{matchId}/predictions";

/** `GET /v1/matches/{matchId}/predictions`: what this service is for. */
export function predictionsRoute(context: ApiContext): Route {
  const { metrics, feed, asker, fallback, reader, config, now, monotonic, random } = context;
  const options = {
    reader,
    feed,
    asker,
    ...(fallback && { fallback }),
    missWaitMs: config.MISS_WAIT_MS,
    fallbackWaitMs: config.REDIS_TIMEOUT_MS,
    xfetchBeta: config.XFETCH_BETA,
    applied: (matchId: string) => context.watermark.of(matchId),
    blindPolicy: config.BLIND_POLICY,
    now,
    monotonic,
    random,
    waited: (outcome: "answered" | "deadline", seconds: number) => metrics.waited(outcome, seconds),
  };
  return {
    method: "get",
    path: PREDICTIONS_PATH,
    operation: {
      summary: "Predictions of a match, each with the truth about its freshness",
      requestParams: { ...matchPath, query: PredictionQuery },
      responses: {
        200: { ...answer("one entry for each market asked for", PredictionsAnswer), headers: HEADERS },
        304: { description: "unchanged since the ETag that was sent", headers: HEADERS },
        ...problems({
          400: "a parameter breaks a rule",
          404: "no such match, market, category or variant",
          409: "minVersion is of another epoch",
          503: "no prediction yet, or the store does not answer",
          504: "nothing stored, and only-if-cached was asked for",
        }),
      },
    },
    async handle(req, res) {
      const began = monotonic();
      try {
        const matchId = matchIdOf(req);
        const selection = selectionOf(req.query, context.graph);
        const directives = requestDirectives(req.get("cache-control"));
        const reading = await readUntilServable(options, matchId, selection, directives);
        if (!reading) throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
        const { snapshot, decisions } = reading;
        if (nothingToShow(decisions)) {
          metrics.read("missing");
          addToStats(context, MISSED_READ);
          throw new NothingYet(directives.onlyIfCached);
        }
        const { variant, key, named, minVersion } = selection;
        const asked = { matchId, variant, selection: key, minVersion };
        const { bytes, etag } = answerBody(snapshot, asked, decisions, reading.now);
        const sharedCache = config.SHARED_CACHE;
        const facts = headerFacts({ ...reading, matchId, named, etag, sharedCache });
        const headers = answerHeaders(facts, reading.served, reading.now);
        if (req.get("cache-control") === undefined)
          rememberAnswer(context, req.url, matchId, selection, reading, { bytes, etag }, facts);
        metrics.read(worstOf(decisions));
        addToStats(context, countReading(reading));
        if (random() < context.l1.answers.sampleRate) {
          context.stats.observe("latency_ms", monotonic() - began);
          metrics.servedAge(worstOf(decisions), ageOf(facts, reading.now));
        }
        countMarkets(context, decisions);
        const unchanged = isKnownTo(req.get("if-none-match"), etag);
        res.writeHead(unchanged ? 304 : 200, unchanged ? headers : { ...headers, "content-length": bytes.length });
        res.end(unchanged ? undefined : bytes);
      } catch (error) {
        if (!(error instanceof NothingYet)) {
          metrics.read(isRefused(error) ? "refused" : "error");
          if (!isRefused(error)) addToStats(context, FAILED_READ);
        }
        throw error;
      }
    },
  };
}

function addToStats({ stats }: ApiContext, deltas: StatDeltas): void {
  for (const [counter, by] of Object.entries(deltas)) stats.add(counter as StatCounter, by);
}

/** Keeps the finished answer for the next reader of the same URL. */
function rememberAnswer(
  { l1, watermark }: ApiContext,
  url: string,
  matchId: string,
  { variant }: Selection,
  reading: Reading,
  body: AnswerBody,
  facts: HeaderFacts,
): void {
  const { snapshot, decisions } = reading;
  if (snapshot.degraded || decisions.some(({ reason }) => reason === "events_pending" || reason === "blind")) return;
  if (!watermark.isCaughtUp(matchId)) return;
  if (!l1.isCurrent(variant, snapshot)) return;
  const asked = decisions.some(({ refresh }) => refresh);
  l1.answers.keep(url, {
    matchId,
    epoch: snapshot.epoch,
    n: snapshot.n,
    variant,
    body,
    status: worstOf(decisions),
    markets: new Map(
      MARKET_STATUSES.map((status) => [status, decisions.filter((decision) => decision.status === status).length]),
    ),
    validUntil: Math.min(
      ...decisions.map(({ until }) => until),
      nextMinuteOf(snapshot.state, reading.now),
      shownUntil(decisions, reading.now),
      // A refresh was asked for: if its job is lost, only a read of the store asks again.
      asked ? reading.now + ASK_AGAIN_MS : Infinity,
    ),
    madeAt: reading.now - ageOf(facts, reading.now) * 1000,
    deltas: countReading({ ...reading, served: "hit" }),
    renewals: renewalsOf(decisions),
    urgency: urgencyOf(snapshot.state),
    headersAt: headersOfHit(facts),
  });
}

/** Made where nothing else is in scope: a function keeps alive what stands around it. */
function headersOfHit(facts: HeaderFacts): (now: number) => Record<string, string> {
  return (now) => answerHeaders(facts, "hit", now);
}

const ASK_AGAIN_MS = 500;

/** Wall-clock milliseconds at which the shown minute of play changes. */
function nextMinuteOf(state: MatchState, now: number): number {
  const { minutesIntoPeriod, rate } = clockAt(state, now);
  return rate === 0 ? Infinity : now + ((1 - (minutesIntoPeriod % 1)) * 60_000) / rate;
}

/** The first moment that the body shows and that lies ahead: from then on the body shows another one. */
function shownUntil(decisions: readonly ServingDecision[], now: number): number {
  const moments = decisions.flatMap((decision) => shownFreshUntil(decision, now) ?? []);
  return Math.min(Infinity, ...moments.filter((moment) => moment > now));
}

/** Different lifetimes among the fresh markets: one refresh gives all it makes of a primitive the same. */
function renewalsOf(decisions: readonly ServingDecision[]): Renewal[] {
  const renewals = new Map<string, Renewal>();
  for (const { status, entry, freshUntil } of decisions)
    if (status === "fresh" && entry)
      renewals.set(`${freshUntil}/${entry.deltaMs}`, { expiry: freshUntil, deltaMs: entry.deltaMs });
  return [...renewals.values()];
}

/** No market can be shown yet. Counted as `missing` where it is thrown. */
class NothingYet extends ApiError {
  constructor(onlyIfCached: boolean) {
    super(onlyIfCached ? "only_if_cached" : "predictions_pending", {
      detail: "no market that was asked for has been predicted yet; a refresh has been asked for",
      ...(onlyIfCached ? {} : { retryAfterSeconds: 1 }),
    });
  }
}

function nothingToShow(decisions: readonly ServingDecision[]): boolean {
  const open = decisions.filter(({ status }) => status !== "settled");
  return open.length > 0 && open.every(({ status }) => status === "missing");
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500;
}

function countMarkets({ metrics }: ApiContext, decisions: readonly ServingDecision[]): void {
  for (const status of MARKET_STATUSES) {
    const count = decisions.filter((decision) => decision.status === status).length;
    if (count > 0) metrics.servedMarkets(status, count);
  }
}
