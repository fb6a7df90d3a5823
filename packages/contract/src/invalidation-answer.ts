import { FACT_NAMES } from "@touchline/domain";
import { z } from "zod";

/** What `POST /v1/matches/{matchId}/invalidate` answers. */
export const InvalidationAnswer = z
  .object({
    matchId: z.string(),
    version: z
      .int()
      .nonnegative()
      .meta({ description: "match version that new predictions must have seen; ask reads for it with minVersion" }),
    epoch: z.string().meta({ description: "what the version is of: minVersion=<epoch>.<version>" }),
    kind: z
      .enum(["full", "surgical", "nothing"])
      .meta({ description: "full: every open market was touched; nothing: no open market was asked for" }),
    cause: z.object({ type: z.string(), source: z.string(), eventId: z.string(), reason: z.string().optional() }),
    touched: z.array(
      z.object({
        market: z.string(),
        severity: z.literal(["soft", "hard"]),
        because: z.array(z.enum(FACT_NAMES)),
        variants: z.array(z.string()).optional().meta({ description: "absent: all variants" }),
      }),
    ),
    openMarkets: z.int().nonnegative(),
    markets_affected_logical: z.int().nonnegative(),
    cache_keys_deleted_actual: z
      .int()
      .nonnegative()
      .meta({ description: "entries marked stale or suspended, over all variants" }),
    markets_preserved: z.int().nonnegative(),
    rung: z.boolean().meta({ description: "false: the queue did not take the refresh job, or nothing was touched" }),
  })
  .meta({ id: "Invalidation" });
export type InvalidationAnswer = z.output<typeof InvalidationAnswer>;
