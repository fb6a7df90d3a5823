import { CATEGORIES, FACT_NAMES } from "@touchline/domain";
import { z } from "zod";

const MAX_MARKETS = 500;
const SELECTORS = ["scope", "markets", "category", "fact"] as const;
type Selector = (typeof SELECTORS)[number];

/** Body of `POST /v1/matches/{matchId}/invalidate`: one selector, and how. */
export const InvalidationRequest = z
  .strictObject({
    scope: z.literal("all").optional().meta({ description: "every open market of the match" }),
    markets: z.array(z.string().max(64)).min(1).max(MAX_MARKETS).optional().meta({ description: "market ids" }),
    category: z.enum(CATEGORIES).optional(),
    fact: z.enum(FACT_NAMES).optional().meta({ description: "markets that read it, in the variants that do" }),
    severity: z
      .literal(["soft", "hard"])
      .default("soft")
      .meta({ description: "soft: served as stale until refreshed; hard: suspended until refreshed" }),
    reason: z.string().trim().min(1).max(200).optional().meta({ description: "for people; published, not kept" }),
  })
  .refine((body) => SELECTORS.filter((name) => body[name] !== undefined).length === 1, {
    error: `exactly one of ${SELECTORS.join(", ")} must be given`,
  });
export type InvalidationRequest = z.output<typeof InvalidationRequest>;

type Body = z.input<typeof InvalidationRequest>;

/** The same for its sender: the compiler asks for one selector. */
export type InvalidationQuery = {
  readonly [Name in Selector]: { readonly [Field in Name]: Readonly<NonNullable<Body[Name]>> };
}[Selector] &
  Readonly<Pick<Body, "severity" | "reason">>;
