/** Probabilities of home win, draw, away win. */
export type OutcomeForecast = readonly [home: number, draw: number, away: number];
/** Index of what happened: 0 home win, 1 draw, 2 away win. */
export type Outcome = 0 | 1 | 2;

/** Probabilities below this are scored as this: one impossible event must not make a mean infinite. */
const LEAST_PROBABILITY = 1e-12;

export function outcomeOf(home: number, away: number): Outcome {
  return home > away ? 0 : home === away ? 1 : 2;
}

/** Ranked probability score of an ordered outcome (Epstein 1969); 0 is perfect. */
export function rankedProbabilityScore(forecast: OutcomeForecast, outcome: Outcome): number {
  const first = forecast[0] - (outcome === 0 ? 1 : 0);
  const second = forecast[0] + forecast[1] - (outcome <= 1 ? 1 : 0);
  return (first * first + second * second) / 2;
}

/** -ln of the probability that was given to what happened. */
export function logLoss(probability: number): number {
  return -Math.log(Math.max(LEAST_PROBABILITY, probability));
}

/** Log-loss of a yes-or-no forecast. */
export function binaryLogLoss(yes: number, happened: boolean): number {
  return logLoss(happened ? yes : 1 - yes);
}

/** Brier score over all outcomes: sum of squared differences. */
export function brierScore(forecast: readonly number[], outcome: number): number {
  return forecast.reduce((sum, probability, index) => sum + (probability - (index === outcome ? 1 : 0)) ** 2, 0);
}

/** A running mean with its standard error. */
export class MeanScore {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#squares += value * value;
  }

  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#sum / this.#count;
  }

  /** Standard error of the mean; NaN below two values. */
  get standardError(): number {
    if (this.#count < 2) return Number.NaN;
    const variance = (this.#squares - this.#sum * this.mean) / (this.#count - 1);
    return Math.sqrt(Math.max(0, variance) / this.#count);
  }
}
