import { CATEGORIES, FACT_NAMES, VARIANTS } from "@touchline/domain";
import { z } from "zod";
import { AnyJson, Outcomes } from "./shared-fields.ts";

const fact = z.enum(FACT_NAMES);
const category = z.enum(CATEGORIES);
const ids = z.array(z.string());

/** What `POST /v1/impact` answers. */
export const ImpactAnswer = z
  .object({
    matchId: z.string(),
    version: z
      .int()
      .nonnegative()
      .meta({ description: "match version that the event was tried on; 0 for events folded from nothing" }),
    graphVersion: z.string(),
    event: z.object({ id: z.string(), source: z.string(), type: z.string(), revision: z.int() }),
    outcome: z
      .enum(["applied", "duplicate"])
      .meta({ description: "duplicate: the log has this revision already, or a higher one" }),
    full: z
      .boolean()
      .meta({ description: "entries may come from another build's graph, so that every open market is touched" }),
    changed: z.array(z.object({ fact, before: AnyJson, after: AnyJson })),
    touched: z.array(
      z.object({
        market: z.string(),
        name: z.string(),
        category,
        severity: z.literal(["soft", "hard"]),
        because: z.array(fact),
        variants: z.array(z.enum(VARIANTS.map(({ id }) => id))),
      }),
    ),
    settled: z.array(
      z.object({
        market: z.string(),
        category,
        outcomes: Outcomes,
        provisional: z.boolean(),
      }),
    ),
    reopened: ids.meta({
      description: "markets whose settlement it takes back; they are touched as well, unless they have left the match",
    }),
    offerChanged: z
      .array(
        z.object({
          market: z.string(),
          before: z.string().nullable().meta({ description: "why it was not offered; null: it was" }),
          after: z.string().nullable(),
        }),
      )
      .meta({ description: "markets suspended, or offered again, without a new prediction" }),
    clockMoved: z.boolean().meta({ description: "the match clock starts, stops or is corrected: lifetimes end" }),
    panicMoved: z.boolean().meta({ description: "a price panics: reads wait for predictions that have seen it" }),
    preserved: z.object({ count: z.int().nonnegative(), markets: ids }),
    openMarkets: z.int().nonnegative().meta({ description: "before the event" }),
    primitives: z
      .array(z.string())
      .meta({ description: "computed by the refresh that follows, were every variant recently accessed" }),
  })
  .meta({ id: "Impact" });
export type ImpactAnswer = z.output<typeof ImpactAnswer>;
