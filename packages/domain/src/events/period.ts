import { z } from "zod";

/** The playing periods of a match, in playing order. */
export const PERIODS = ["first_half", "second_half", "extra_first_half", "extra_second_half", "shoot_out"] as const;
export const Period = z.enum(PERIODS);
export type Period = z.infer<typeof Period>;

/** Where a match stands, as people say it. Breaks and the end are phases too. */
export type Phase =
  | "pre_match"
  | Period
  | "half_time"
  | "extra_time_pending"
  | "extra_half_time"
  | "shoot_out_pending"
  | "full_time";

/** Match minute, in elapsed minutes, at which each period's clock starts. */
export const PERIOD_START_MINUTE: Record<Period, number> = {
  first_half: 0,
  second_half: 45,
  extra_first_half: 90,
  extra_second_half: 105,
  shoot_out: 120,
};

/** Position of the period in playing order: 0 for the first half, 4 for the shoot-out. */
export function periodIndex(period: Period): number {
  return PERIODS.indexOf(period);
}
