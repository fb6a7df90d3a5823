import type { MatchClock, Phase } from "@touchline/domain";

/**
 * Minutes of each period at which probabilities begin to move at another pace: where a window begins or ends, where
 * half-time's substitutions are known, where stoppage begins, and where a half of extra time stops running out.
 */
const KINKS: Readonly<Partial<Record<Phase, readonly number[]>>> = {
  first_half: [15, 30, 45],
  second_half: [1, 15, 30, 45],
  extra_first_half: [14.55],
  extra_second_half: [14.55],
};

/** Match-clock seconds until the next of them; Infinity where none is ahead. */
export function secondsToKink({ phase, minutesIntoPeriod }: MatchClock): number {
  const next = KINKS[phase]?.find((minute) => minute > minutesIntoPeriod);
  return next === undefined ? Infinity : (next - minutesIntoPeriod) * 60;
}
