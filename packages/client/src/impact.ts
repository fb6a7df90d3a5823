import type { FixtureInput, MatchEventInput } from "@touchline/domain";
import { z } from "zod";

/** The events of a match from its beginning; the question is about the last one. */
export interface ImpactStory {
  readonly events: readonly MatchEventInput[];
  readonly matchId?: string;
  readonly fixture?: FixtureInput;
}

/** `POST /v1/impact`: what an event would do. */
export const Impact = z.looseObject({
  matchId: z.string(),
  /** Match version that it was tried on; 0 for a story. */
  version: z.number(),
  graphVersion: z.string(),
  event: z.looseObject({ id: z.string(), source: z.string(), type: z.string() }),
  /** `applied`, or `duplicate` when the log knows it already. */
  outcome: z.string(),
  /** Entries may come from another build, so that every open market is touched. */
  full: z.boolean(),
  changed: z.array(z.looseObject({ fact: z.string(), before: z.unknown(), after: z.unknown() })),
  touched: z.array(
    z.looseObject({
      market: z.string(),
      category: z.string(),
      severity: z.enum(["soft", "hard"]),
      because: z.array(z.string()),
      variants: z.array(z.string()),
    }),
  ),
  settled: z.array(
    z.looseObject({
      market: z.string(),
      category: z.string(),
      outcomes: z.record(z.string(), z.number().nullable()),
      provisional: z.boolean(),
    }),
  ),
  reopened: z.array(z.string()),
  offerChanged: z.array(
    z.looseObject({ market: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
  clockMoved: z.boolean(),
  /** A price panics: reads wait for predictions that have seen it. */
  panicMoved: z.boolean().default(false),
  preserved: z.looseObject({ count: z.number(), markets: z.array(z.string()) }),
  openMarkets: z.number(),
  primitives: z.array(z.string()),
});
export type Impact = z.output<typeof Impact>;
