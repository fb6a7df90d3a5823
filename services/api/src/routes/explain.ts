import type { Cause, StoredRequirement, StoredSettlement } from "@touchline/cache";
import { ExplainAnswer } from "@touchline/contract";
import {
  DEFAULT_VARIANT,
  didYouMean,
  eventKey,
  type Graph,
  findVariant,
  Id,
  type Market,
  type MatchEvent,
  type Variant,
  VARIANTS,
} from "@touchline/domain";
import type { Request } from "express";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { explainMarket } from "../explain/explain-market.ts";
import { type AboutMarket, foldedEffect, publishedEffect } from "../explain/event-effect.ts";
import { type MarketHistory, readHistory } from "../explain/market-history.ts";
import { ApiError } from "../http/problems.ts";
import { matchIdOf, parseFields, single, wholeText, oneOf } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import type { MatchStore } from "@touchline/cache";
import { answer, matchPath, problems } from "./describe.ts";

const MAX_HISTORY = 50;

const ExplainQuery = z.object({
  variant: oneOf(VARIANTS.map(({ id }) => id))
    .default(DEFAULT_VARIANT)
    .meta({ description: `which predictions: ${VARIANTS.map(({ id }) => id).join(", ")}` }),
  limit: wholeText.pipe(z.int().min(0).max(MAX_HISTORY)).default(20).meta({ description: "messages of history" }),
  event: single
    .transform((text, context) => {
      const [source = "", id = "", ...more] = text.split("/");
      if (Id.safeParse(source).success && Id.safeParse(id).success && more.length === 0) return { source, id };
      context.addIssue("must be <source>/<id>");
      return z.NEVER;
    })
    .optional()
    .meta({ description: "<source>/<id> of an event: what it did to the market, or why it left it alone" }),
});

const path = { path: matchPath.path.extend({ market: Id.meta({ description: "id of the market" }) }) };

/** `GET /v1/matches/{matchId}/markets/{market}/explain` */
export function explainRoute(
  context: Pick<ApiContext, "graph" | "store" | "now" | "watermark" | "l1" | "config">,
): Route {
  const { store, now, watermark, l1, config } = context;
  return {
    method: "get",
    path: "/v1/matches/{matchId}/markets/{market}/explain",
    operation: {
      summary: "Why a market is fresh, stale, suspended or settled: event, facts, market, requirement, job, commit",
      requestParams: { ...path, query: ExplainQuery },
      responses: {
        200: answer("the explanation", ExplainAnswer),
        ...problems({
          400: "a parameter breaks a rule",
          404: "no such match, market, variant or event",
          503: "the store does not answer",
        }),
      },
    },
    async handle(req, res) {
      const matchId = matchIdOf(req);
      const { limit, event, ...query } = parseFields(ExplainQuery, req.query, "query");
      const { graph } = context;
      const market = marketOf(req, graph);
      const variant = variantOf(query.variant);
      const record = await store.market(matchId, variant.id, market.id);
      if (!record) throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
      const requirement = record.snapshot.requirementOf(market.id);
      const settlement = record.snapshot.settled.get(market.id);
      const history = await readHistory(async (before, count) => store.feedBefore(matchId, before, count), {
        market: market.id,
        variant: variant.id,
        limit,
        newest: record.snapshot.n,
        settledVersion: settlement?.version,
        versions: namedVersions(requirement, settlement),
        event,
      });
      const logged = await loggedCauses(store, matchId, requirement);
      const doubt = await l1.doubtAbout(record.snapshot);
      const evidence = {
        graph,
        matchId,
        market,
        variant,
        record,
        doubt,
        history,
        logged,
        applied: watermark.of(matchId),
        blindPolicy: config.BLIND_POLICY,
        now: now(),
      };
      const effect = event && (await effectOfEvent(store, matchId, event, history, { market, variant, graph }));
      const explanation: ExplainAnswer = { ...explainMarket(evidence), ...(effect ? { event: effect } : {}) };
      res.set("cache-control", "no-store").json(explanation);
    },
  };
}

function marketOf(req: Request, { markets, findMarket }: Graph): Market {
  const { market: id } = parseFields(z.object({ market: Id }), req.params, "path");
  const market = findMarket(id);
  if (market) return market;
  throw new ApiError("unknown_market", {
    detail: `${JSON.stringify(id.slice(0, 64))} is not known; GET /v1/markets lists them all${didYouMean(
      id,
      markets.map((each) => each.id),
    )}`,
  });
}

function variantOf(id: string): Variant {
  const variant = findVariant(id);
  if (variant) return variant;
  const known = VARIANTS.map((each) => each.id);
  throw new ApiError("unknown_variant", {
    detail: `${JSON.stringify(id.slice(0, 64))} is not known; there are ${known.join(", ")}${didYouMean(id, known)}`,
  });
}

/** Match versions whose steps the explanation names. */
function namedVersions(requirement: StoredRequirement | undefined, settlement: StoredSettlement | undefined): number[] {
  const { version, hardVersion } = requirement ?? { version: 0, hardVersion: 0 };
  return [...new Set([version, hardVersion, settlement?.version ?? 0])].filter((each) => each > 0);
}

/** The events that a requirement names, as the log holds them now. Steps of other origin have none. */
async function loggedCauses(
  store: MatchStore,
  matchId: string,
  requirement: StoredRequirement | undefined,
): Promise<Map<Cause, MatchEvent>> {
  const causes = [requirement?.cause, requirement?.hardCause].filter((cause) => cause !== undefined);
  const events = await store.logged(
    matchId,
    causes.map(({ source, eventId }) => eventKey({ source, id: eventId })),
  );
  return new Map(
    causes.flatMap((cause, i): [Cause, MatchEvent][] => {
      const event = events[i];
      return event ? [[cause, event]] : [];
    }),
  );
}

/** @throws ApiError `unknown_event` when neither the log nor the feed knows it */
async function effectOfEvent(
  store: MatchStore,
  matchId: string,
  asked: { readonly source: string; readonly id: string },
  { eventStep }: MarketHistory,
  about: AboutMarket,
): Promise<ExplainAnswer["event"]> {
  const [event] = await store.logged(matchId, [eventKey(asked)]);
  if (eventStep) return publishedEffect({ ...asked, event }, eventStep, about);
  if (event) return foldedEffect({ ...asked, event }, await store.truth(matchId), about);
  throw new ApiError("unknown_event", { detail: `match ${matchId} has no event ${asked.source}/${asked.id}` });
}
