import { CATEGORIES, FACT_FAMILIES, FACT_NAMES } from "@touchline/domain";
import { z } from "zod";

const Facts = z.array(z.enum(FACT_NAMES));

/** What `GET /v1/markets` answers. */
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
        coverage: z
          .array(z.enum(FACT_FAMILIES))
          .meta({ description: "what the feed of a match must carry, or the market is neither offered nor settled" }),
        settlement: z.string(),
        aliases: z.record(z.string(), z.string()).meta({ description: "names in the earlier system, by outcome" }),
      }),
    ),
  })
  .meta({ id: "Markets" });
export type MarketsAnswer = z.output<typeof MarketsAnswer>;
