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

/** Prices of one outcome before the newest, oldest first: times in milliseconds, and log-odds. */
export interface EarlierPrices {
  readonly times: readonly number[];
  readonly logOdds: readonly number[];
}

/**
 * How unusual a price is against the earlier ones of its outcome, in standard deviations: its distance from their mean,
 * or from where their trend leads if that is less. Constant prices make a jump larger, not invisible.
 *
 * The trend is there for the clock. Without goals every price of a running match drifts, and the last one of a straight
 * line always lies 1.7 deviations from the mean: what only goes on as it went is no news. A market that starts to run
 * away, before kick-off or in play, is far from both until it has gone on like that for some while.
 * @param newest log-odds   @param at when it was quoted, milliseconds, not before any earlier one
 * @returns 0 or more; 0 when there are fewer than three earlier prices
 */
export function moveScore(newest: number, at: number, earlier: EarlierPrices): number {
  if (earlier.logOdds.length < MIN_EARLIER) return 0;
  const level = levelOfPrices(earlier);
  const score = distanceScore(newest, level.value, level.deviation);
  if (score < WARNING_SCORE) return score;
  const trend = trendOfPrices(earlier, level, at);
  return Math.min(score, distanceScore(newest, trend.value, trend.deviation));
}

export function levelOf(score: number): VolatilityLevel {
  return score >= PANIC_SCORE ? "panic" : score >= WARNING_SCORE ? "warning" : "normal";
}

/** Distance between two log-odds in deviations, the deviation never taken for less than the floor. */
export function distanceScore(value: number, usual: number, deviation: number): number {
  const moved = Math.abs(value - usual);
  const movedPoints = Math.abs(probabilityOf(value) - probabilityOf(usual));
  if (moved === 0 || movedPoints === 0) return 0;
  return moved / Math.max(deviation, LEAST_DEVIATION * (moved / movedPoints));
}

/** What a price is expected to be, in log-odds, and how far from that it usually is. */
interface Usual {
  readonly value: number;
  readonly deviation: number;
}

function levelOfPrices({ logOdds }: EarlierPrices): Usual {
  let sum = 0;
  for (const value of logOdds) sum += value;
  const mean = sum / logOdds.length;
  let squares = 0;
  for (const value of logOdds) squares += (value - mean) * (value - mean);
  return { value: mean, deviation: Math.sqrt(squares / (logOdds.length - 1)) };
}

/** The straight line through the prices (least squares), at the time `at`, and the deviation of the prices from it. */
function trendOfPrices({ times, logOdds }: EarlierPrices, level: Usual, at: number): Usual {
  const count = logOdds.length;
  let meanLag = 0;
  for (const time of times) meanLag += (time - at) / count;
  let lagSquares = 0;
  let products = 0;
  for (const [index, value] of logOdds.entries()) {
    const lag = (times[index] ?? at) - at - meanLag;
    lagSquares += lag * lag;
    products += lag * (value - level.value);
  }
  // Quoted all at once, they have no trend.
  if (lagSquares === 0) return level;
  const slope = products / lagSquares;
  const squares = level.deviation ** 2 * (count - 1) - slope * products;
  return { value: level.value - slope * meanLag, deviation: Math.sqrt(Math.max(0, squares) / (count - 2)) };
}

function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
