import { VARIANTS } from "@touchline/domain";
import { z } from "zod";
import { MatchSummary } from "./match-summary.ts";
import { MatchId, MatchVersion, Moment, Outcomes } from "./shared-fields.ts";

/** What an answer says of a market, worst first. */
export const MARKET_STATUSES = ["missing", "suspended", "stale", "fresh", "settled"] as const;
export type MarketStatus = (typeof MARKET_STATUSES)[number];

const MarketAnswer = z
  .object({
    status: z.enum(MARKET_STATUSES),
    outcomes: Outcomes.nullable().meta({
      description: "probabilities, or decimal odds, as the variant quotes; null while nothing may be shown",
    }),
    version: MatchVersion.nullable().meta({ description: "match version at which the outcomes last changed" }),
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

/** What `GET /v1/matches/{matchId}/predictions` answers. */
export const PredictionsAnswer = z
  .object({
    matchId: MatchId,
    variant: z.enum(VARIANTS.map(({ id }) => id)),
    version: MatchVersion.meta({
      description: "the latest version that any listed market is from, and minVersion at least",
    }),
    status: z.enum(MARKET_STATUSES).meta({ description: "the worst status in the answer" }),
    state: MatchSummary,
    markets: z.record(z.string(), MarketAnswer),
  })
  .meta({ id: "Predictions" });
export type PredictionsAnswer = z.output<typeof PredictionsAnswer>;
