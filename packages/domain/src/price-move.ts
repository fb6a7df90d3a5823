export const VOLATILITY_LEVELS = ["normal", "warning", "panic"] as const;
export type VolatilityLevel = (typeof VOLATILITY_LEVELS)[number];

/** Deviations from the earlier prices at which a move warns, and at which it is panic. */
export const WARNING_SCORE = 1.5;
export const PANIC_SCORE = 2;

/** Fewer earlier prices than this say nothing of what is usual; more than this are not looked at. */
export const MIN_EARLIER = 3;
export const MAX_EARLIER = 100;

/**
 * The deviation that is always taken for usual, as a probability: 1.25 points. So a move warns from 1.9 points and
 * panics from 2.5 points on, however quiet the half hour was before it.
 *
 * It is the size of what means nothing: two bookmakers quote one outcome at one time 1.3 points apart (root mean square
 * of Pinnacle and Bet365 over 28,764 prices of three leagues), and one or two ticks of a price between 1.2 and 5 are
 * below it or little above. Twice of it is as much as closing prices differ from those of two days earlier (2.3 points,
 * 28,761 prices): whoever sees that within half an hour has seen something happen.
 *
 * A floor fixed in log-odds would not do. At 1.05 a single tick is 0.2 of log-odds, at 51 the next tick is 0.3: noise
 * there, and twice a panic at even money. So the floor is a probability, turned into log-odds by the slope
 * between the usual and the new price. At even money it comes to 0.05 of log-odds.
 */
export const LEAST_DEVIATION = 0.0125;

/**
 * How unusual a price is against the earlier ones of its outcome: its distance from their mean over their standard
 * deviation, which is never taken for less than the floor. Constant prices therefore make a jump larger, not invisible.
 * @param newest and `earlier` are log-odds   @returns 0 or more; 0 when there are fewer than three earlier prices
 */
export function moveScore(newest: number, earlier: readonly number[]): number {
  if (earlier.length < MIN_EARLIER) return 0;
  const mean = earlier.reduce((sum, value) => sum + value, 0) / earlier.length;
  const squares = earlier.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (earlier.length - 1));
  const moved = Math.abs(newest - mean);
  const movedPoints = Math.abs(probabilityOf(newest) - probabilityOf(mean));
  if (moved === 0 || movedPoints === 0) return 0;
  return moved / Math.max(deviation, LEAST_DEVIATION * (moved / movedPoints));
}

export function levelOf(score: number): VolatilityLevel {
  return score >= PANIC_SCORE ? "panic" : score >= WARNING_SCORE ? "warning" : "normal";
}

function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
