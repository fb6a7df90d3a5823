import { CATEGORIES, EVENT_WARNINGS, FACT_NAMES, VARIANTS } from "@touchline/domain";
import { z } from "zod";
import { EVENT_STATUSES } from "./events/intake-result.ts";
import { MATCH_STATUSES } from "./matches/match-status.ts";
import { STATUSES } from "./predictions/serving-decision.ts";

/** The shapes of all answers, for the OpenAPI document and for the tests that hold the answers against it. */

const MatchId = z.string().meta({ id: "MatchId", description: "letters, digits, _ and -, at most 64" });
const Version = z.int().nonnegative().meta({ description: "match version: a counter, raised by every applied event" });
const Moment = z.iso.datetime();
const Pair = z.object({ home: z.int(), away: z.int() });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem", description: "problem details, RFC 9457" });

const MatchSummary = z
  .object({ period: z.string(), minute: z.int().nonnegative(), score: Pair, redCards: Pair })
  .meta({ id: "MatchSummary" });

const MarketAnswer = z
  .object({
    status: z.enum(STATUSES),
    outcomes: z
      .record(z.string(), z.number().nullable())
      .nullable()
      .meta({ description: "probabilities, or decimal odds, as the variant quotes; null while nothing may be shown" }),
    version: Version.nullable().meta({ description: "match version at which the outcomes last changed" }),
    computedAt: Moment.optional(),
    freshUntil: Moment.nullable().optional().meta({
      description: "the first promise while it lies ahead, else the present one; never in the past while fresh",
    }),
    provisional: z.literal(true).optional().meta({ description: "settled on a goal that awaits confirmation" }),
    reason: z
      .object({
        code: z.string(),
        event: z.string().optional(),
        eventId: z.string().optional(),
        source: z.string().optional(),
        behindSeconds: z.int().nonnegative().optional().meta({
          description:
            "of events_pending: how long an accepted event may have waited; of blind: since when nobody could look",
        }),
      })
      .optional(),
  })
  .meta({ id: "MarketAnswer" });

export const PredictionsAnswer = z
  .object({
    matchId: MatchId,
    variant: z.enum(VARIANTS.map(({ id }) => id)),
    version: Version.meta({
      description: "the latest version that any listed market is from, and minVersion at least",
    }),
    status: z.enum(STATUSES).meta({ description: "the worst status in the answer" }),
    state: MatchSummary,
    markets: z.record(z.string(), MarketAnswer),
  })
  .meta({ id: "Predictions" });

export const MatchAnswer = z
  .object({
    matchId: MatchId,
    version: Version,
    status: z.enum(MATCH_STATUSES),
    home: z.string().nullable(),
    away: z.string().nullable(),
    competition: z.string().nullable(),
    kickoff: z.string().nullable(),
    state: MatchSummary,
    clock: z.object({ running: z.boolean(), rate: z.number(), startedAt: Moment.nullable() }),
    facts: z.partialRecord(
      z.enum(FACT_NAMES),
      z.object({ value: z.json(), version: Version.nullable().meta({ description: "null: it never changed" }) }),
    ),
  })
  .meta({ id: "Match" });

export const MatchListAnswer = z
  .object({
    matches: z.array(
      z.object({
        matchId: MatchId,
        home: z.string().nullable(),
        away: z.string().nullable(),
        competition: z.string().nullable(),
        kickoff: z.string().nullable(),
        status: z.enum(MATCH_STATUSES),
        version: Version,
        state: MatchSummary,
      }),
    ),
    next: z.int().nullable().meta({ description: "offset of the next page; null at the end" }),
  })
  .meta({ id: "MatchList" });

export const EventsAnswer = z
  .object({
    accepted: z.int(),
    duplicate: z.int(),
    conflict: z.int(),
    rejected: z.int(),
    results: z.array(
      z.object({
        index: z.int().nonnegative(),
        status: z.enum(EVENT_STATUSES),
        id: z.string().optional(),
        source: z.string().optional(),
        matchId: z.string().optional(),
        warnings: z
          .array(z.object({ code: z.enum(EVENT_WARNINGS), path: z.string(), message: z.string() }))
          .optional()
          .meta({ description: "what was taken and has no effect, or not the one that was meant" }),
        problem: Problem.optional(),
      }),
    ),
  })
  .meta({ id: "EventsAnswer" });

/** The answer when all of a request was rejected: a problem that lists the results as well. */
export const NoEventTaken = Problem.extend(EventsAnswer.shape).meta({ id: "NoEventTaken" });

const Facts = z.array(z.enum(FACT_NAMES));

export const MarketsAnswer = z
  .object({
    graphVersion: z.string().meta({ description: "fingerprint of markets, variants and what they read" }),
    variants: z.array(
      z.object({
        id: z.string(),
        description: z.string(),
        quote: z.enum(["probability", "decimal"]),
        book: z.number().optional(),
      }),
    ),
    markets: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        category: z.enum(CATEGORIES),
        outcomes: z.array(z.string()),
        primitive: z.string().meta({ description: "the computation it shares with other markets" }),
        reads: Facts.meta({ description: "facts that the default variant depends on" }),
        readsBySeverity: z.object({ hard: Facts, soft: Facts }),
        readsMore: z
          .record(z.string(), Facts)
          .optional()
          .meta({ description: "what other variants read beside, by variant" }),
        settlement: z.string(),
        aliases: z.record(z.string(), z.string()).meta({ description: "names in the earlier system, by outcome" }),
      }),
    ),
  })
  .meta({ id: "Markets" });

export const HealthAnswer = z
  .object({
    status: z.enum(["ok", "unavailable"]),
    checks: z.record(z.string(), z.string()),
    figures: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.boolean(), z.null()]))).optional(),
  })
  .meta({ id: "Health" });
