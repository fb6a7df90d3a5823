import { CATEGORIES, FACT_NAMES, findMarket } from "@touchline/domain";
import { z } from "zod";
import { ApiError } from "../http/problems.ts";
import { parseFields } from "../http/request-fields.ts";

const MAX_MARKETS = 500;
const SELECTORS = ["scope", "markets", "category", "fact"] as const;

/** Body of `POST /v1/matches/{matchId}/invalidate`: one selector, and how. */
export const InvalidationRequest = z
  .strictObject({
    scope: z.literal("all").optional().meta({ description: "every open market of the match" }),
    markets: z.array(z.string().max(64)).min(1).max(MAX_MARKETS).optional().meta({ description: "market ids" }),
    category: z.enum(CATEGORIES).optional(),
    fact: z.enum(FACT_NAMES).optional().meta({ description: "markets that read it, in the variants that do" }),
    severity: z
      .enum(["soft", "hard"])
      .default("soft")
      .meta({ description: "soft: served as stale until refreshed; hard: suspended until refreshed" }),
    reason: z.string().trim().min(1).max(200).optional().meta({ description: "for people; published, not kept" }),
  })
  .refine((body) => SELECTORS.filter((name) => body[name] !== undefined).length === 1, {
    error: `exactly one of ${SELECTORS.join(", ")} must be given`,
  });
export type InvalidationRequest = z.output<typeof InvalidationRequest>;

/** @throws ApiError `invalid_request` naming the fields, `unknown_market` naming the first id that is none */
export function invalidationOf(body: unknown): InvalidationRequest {
  const request = parseFields(InvalidationRequest, body, "invalidation");
  for (const [index, id] of (request.markets ?? []).entries())
    if (!findMarket(id)) {
      const shown = JSON.stringify(id);
      throw new ApiError("unknown_market", {
        detail: `${shown} is not known; GET /v1/markets lists them all`,
        errors: [{ path: `markets.${index}`, message: `${shown} is not known` }],
      });
    }
  return request;
}
