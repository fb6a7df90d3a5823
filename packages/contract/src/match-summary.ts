import { z } from "zod";

const Pair = z.object({ home: z.int(), away: z.int() });

/** The state of a match as every answer shows it. */
export const MatchSummary = z
  .object({ period: z.string(), minute: z.int().nonnegative(), score: Pair, redCards: Pair })
  .meta({ id: "MatchSummary" });
export type MatchSummary = z.output<typeof MatchSummary>;
