import { z } from "zod";
import { Id } from "./ids.ts";

/**
 * What several sources of one match may each report. `clock` is when play starts, stops and ends; who scored
 * goes with
 * `goals`.
 */
export const SOURCE_FAMILIES = [
  "goals",
  "penalties",
  "corners",
  "cards",
  "substitutions",
  "lineups",
  "prices",
  "clock",
] as const;
export type SourceFamily = (typeof SOURCE_FAMILIES)[number];

const MAX_SOURCES = 8;

const ranked = z.strictObject({
  source: Id,
  may: z
    .enum(["count", "suspend", "record"])
    .default("suspend")
    .meta({
      description:
        "what a report of this source does that no source before it has made: it counts, it suspends markets until it is " +
        "confirmed, or it is recorded",
    }),
  takesOver: z.boolean().optional().meta({
    description: "whether it is authoritative while all before it are silent; by default unless it may only record",
  }),
});

const order = z
  .array(ranked)
  .min(1)
  .max(MAX_SOURCES)
  .refine((sources) => new Set(sources.map(({ source }) => source)).size === sources.length, {
    message: "names a source twice: each source has one place in an order",
  });

/** Who is believed about a match. Each order begins with the authority; the others follow. */
export const SourcesPolicy = z.strictObject({
  order: z
    .strictObject({
      goals: order.optional(),
      penalties: order.optional(),
      corners: order.optional(),
      cards: order.optional(),
      substitutions: order.optional(),
      lineups: order.optional(),
      prices: order.optional(),
      clock: order.optional(),
      default: order.optional().meta({ description: "for every family without an order of its own" }),
    })
    .meta({ description: "sources by family of facts, the authority first" }),
  suspendSeconds: z.int().min(1).max(3_600).default(120).meta({
    description: "how long an unconfirmed report suspends markets, from when it says that it happened",
  }),
  matchSeconds: z.int().min(1).max(600).default(90).meta({
    description: "how far apart on the match clock two sources may report one happening",
  }),
  silentSeconds: z.int().min(2).max(3_600).optional().meta({
    description: "a source that has sent neither event nor heartbeat for so long is silent; without it nobody looks",
  }),
});
export type SourcesPolicy = z.infer<typeof SourcesPolicy>;
/** A policy as it is written, defaults left out. */
export type SourcesPolicyInput = z.input<typeof SourcesPolicy>;
export type RankedSource = z.infer<typeof ranked>;

/** The order of sources for a family, the authority first; undefined where the policy says nothing of it. */
export function orderFor(policy: SourcesPolicy, family: SourceFamily): readonly RankedSource[] | undefined {
  return policy.order[family] ?? policy.order.default;
}
