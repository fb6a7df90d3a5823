import { z } from "zod";
import { Period } from "../events/period.ts";

/** More than any match has seen; a number beyond it is a fault of the feed, not a score. */
const MOST = 50;
const count = z.int().min(0).max(MOST);
const pair = z.strictObject({ home: count, away: count });

/** So many of something: of the whole match, or of each period by its name. */
export const Count = z.union([pair, z.partialRecord(Period, pair)]);
export type Count = z.output<typeof Count>;

export const TOTALS_PHASES = ["scheduled", "playing", "break", "ended", "abandoned", "postponed"] as const;

/**
 * Numbers instead of events: what a feed of scores knows. Also the body of `PUT /v1/matches/{matchId}/totals`. What is
 * left out is not known and stays as it is.
 */
export const Totals = z
  .strictObject({
    period: Period.nullable().describe("the period that is played, or was played last; null before the match"),
    phase: z
      .enum(TOTALS_PHASES)
      .default("playing")
      .describe("break: the period has ended and another may follow; without a period it is always scheduled"),
    score: Count.optional().describe("goals; shoot-out kicks scored stand under shoot_out, by period only"),
    corners: Count.optional(),
    yellowCards: Count.optional(),
    redCards: Count.optional(),
  })
  .meta({ id: "Totals" });
export type Totals = z.output<typeof Totals>;
export type TotalsInput = z.input<typeof Totals>;

/** What of the totals is counted, with the event type that one of it becomes. */
export const COUNTED = {
  score: "goal",
  corners: "corner",
  yellowCards: "yellow_card",
  redCards: "red_card",
} as const satisfies Partial<Record<keyof Totals, string>>;
export type CountedName = keyof typeof COUNTED;
export const COUNTED_NAMES = Object.keys(COUNTED) as CountedName[];

/** Whether the numbers stand by period. */
export function isByPeriod(value: Count): value is Exclude<Count, { home: number }> {
  return !("home" in value);
}
