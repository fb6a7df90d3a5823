import { PERIOD_START_MINUTE, type Period, PERIODS } from "@touchline/domain";

/** Minutes that each period lasts at least, and of rest before it, as the laws of the game and custom have it. */
const LENGTH_MINUTES: Record<Period, number> = {
  first_half: 45,
  second_half: 45,
  extra_first_half: 15,
  extra_second_half: 15,
  shoot_out: 10,
};
const BREAK_BEFORE_MINUTES: Record<Period, number> = {
  first_half: 0,
  second_half: 15,
  extra_first_half: 5,
  extra_second_half: 1,
  shoot_out: 5,
};

export type PeriodStarts = Readonly<Record<Period, number>>;

/**
 * Wall-clock milliseconds at which each period began. Where the feed does not say, a period begins when the one before
 * it has lasted its time, or as long as something is known to have happened in it, and the break is over.
 * @param known starts that the feed reports   @param lengths seconds for which each period is known to have lasted
 */
export function periodStarts(
  kickoff: number,
  known: Readonly<Partial<Record<Period, number>>> = {},
  lengths: Readonly<Partial<Record<Period, number>>> = {},
): PeriodStarts {
  let next = kickoff;
  const starts = PERIODS.map((period) => {
    const start = known[period] ?? next + BREAK_BEFORE_MINUTES[period] * 60_000;
    next = start + Math.max(LENGTH_MINUTES[period] * 60, lengths[period] ?? 0) * 1000;
    return [period, start] as const;
  });
  return Object.fromEntries(starts) as Record<Period, number>;
}

/** When the match clock showed `minute` (elapsed, running on through the match) and `second`; RFC 3339. */
export function timeAt(starts: PeriodStarts, period: Period, minute: number, second = 0): string {
  const seconds = Math.max(0, (minute - PERIOD_START_MINUTE[period]) * 60 + second);
  return new Date(starts[period] + seconds * 1000).toISOString();
}

/** Wall-clock milliseconds of a text with a zone; undefined where it is none. */
export function instantOf(text: string | null | undefined): number | undefined {
  const at = text == null || text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
