/** Draws from a reproducible stream of uniform numbers. */
export class RandomDraws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1), by a splitmix of 32 bits. */
  uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Waiting time of rate 1. */
  exponential(): number {
    return -Math.log(1 - this.uniform());
  }

  poisson(mean: number): number {
    let count = -1;
    for (let time = 0; time <= mean; time += this.exponential()) count++;
    return count;
  }

  /** Gamma of rate 1, by Marsaglia and Tsang (2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.#normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  beta(a: number, b: number): number {
    const one = this.gamma(a);
    return one / (one + this.gamma(b));
  }

  /** An index, in proportion to the weights; -1 where all are 0. */
  weighted(weights: readonly number[]): number {
    let left = this.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    return weights.findIndex((weight) => weight > 0 && (left -= weight) < 0);
  }

  #normal(): number {
    return Math.sqrt(2 * this.exponential()) * Math.cos(2 * Math.PI * this.uniform());
  }
}
