import { z } from "zod";

/** Which markets to predict again: one of the first four. */
export type InvalidationQuery = (
  | { readonly scope: "all" }
  | { readonly markets: readonly string[] }
  | { readonly category: string }
  | { readonly fact: string }
) & {
  /** `soft`: served as stale until refreshed, the default; `hard`: suspended until refreshed. */
  readonly severity?: "soft" | "hard";
  /** For people: the match's stream shows it. */
  readonly reason?: string;
};

/** `POST /v1/matches/{id}/invalidate`: what was touched. */
export const Invalidation = z.looseObject({
  /** Match version that new predictions must have seen; ask for it with `minVersion`. */
  version: z.number(),
  /** What the version is of. Services of older builds do not send it. */
  epoch: z.string().optional(),
  /** `full`, `surgical`, or `nothing` when no open market was asked for. */
  kind: z.string(),
  touched: z.array(z.looseObject({ market: z.string(), severity: z.enum(["soft", "hard"]) })),
  openMarkets: z.number(),
  markets_affected_logical: z.number(),
  cache_keys_deleted_actual: z.number(),
  markets_preserved: z.number(),
});
export type Invalidation = z.output<typeof Invalidation>;
