import { z } from "zod";

const Facts = z.array(z.looseObject({ fact: z.string(), version: z.number().nullable() }));

const Happened = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("touched"),
    n: z.number(),
    at: z.string().nullable(),
    version: z.number(),
    event: z.looseObject({ id: z.string(), source: z.string(), type: z.string() }),
    effect: z.string(),
    because: z.array(z.string()),
  }),
  z.looseObject({
    kind: z.literal("refreshed"),
    n: z.number(),
    at: z.string().nullable(),
    refresh: z.number().nullable(),
    seen: z.number(),
    deltaMs: z.number().nullable(),
  }),
]);

/** `GET /v1/matches/{id}/markets/{market}/explain`: why a market is as it is. */
export const Explanation = z.looseObject({
  matchId: z.string(),
  market: z.string(),
  name: z.string(),
  variant: z.string(),
  /** The moment that is explained. */
  at: z.string(),
  version: z.number(),
  decision: z.looseObject({ status: z.string(), reason: z.string(), words: z.string() }),
  /** Event, facts, market, requirement, job, commit: in the order in which it came to that. */
  chain: z.array(z.looseObject({ step: z.string(), at: z.string().nullable(), words: z.string() })),
  reads: z.looseObject({ hard: Facts, soft: Facts }),
  /** Messages about the market, newest first. */
  history: z.array(Happened),
  /** What the event that was asked about did to the market. */
  event: z.looseObject({ effect: z.string(), words: z.string() }).optional(),
});
export type Explanation = z.output<typeof Explanation>;
