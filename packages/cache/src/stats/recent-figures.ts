/** Sums, extremes and counts of one stretch of time. */
interface Stretch {
  readonly counts: Map<string, number>;
  readonly measured: Map<string, { count: number; sum: number; least: number; most: number }>;
}

const STRETCH_MS = 60_000;

/**
 * What was counted and measured in the last one to two minutes: the present minute and the one before it. Prometheus
 * computes rates of counters itself; a least and a greatest value need an end, or they never change again.
 */
export class RecentFigures {
  readonly #monotonic: () => number;
  #present = emptyStretch();
  #before = emptyStretch();
  #since: number;

  /** @param monotonic milliseconds of a clock that never goes back */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#since = monotonic();
  }

  add(what: string, count: number): void {
    this.#turn();
    this.#present.counts.set(what, (this.#present.counts.get(what) ?? 0) + count);
  }

  observe(what: string, value: number): void {
    this.#turn();
    const known = this.#present.measured.get(what);
    if (!known) {
      this.#present.measured.set(what, { count: 1, sum: value, least: value, most: value });
      return;
    }
    known.count++;
    known.sum += value;
    known.least = Math.min(known.least, value);
    known.most = Math.max(known.most, value);
  }

  count(what: string): number {
    this.#turn();
    return (this.#present.counts.get(what) ?? 0) + (this.#before.counts.get(what) ?? 0);
  }

  /** NaN, which Prometheus understands as "unknown", where nothing was measured. */
  mean(what: string): number {
    const both = this.#both(what);
    return both.reduce((sum, { sum: more }) => sum + more, 0) / both.reduce((sum, { count }) => sum + count, 0);
  }

  least(what: string): number {
    const both = this.#both(what);
    return both.length === 0 ? NaN : Math.min(...both.map(({ least }) => least));
  }

  most(what: string): number {
    const both = this.#both(what);
    return both.length === 0 ? NaN : Math.max(...both.map(({ most }) => most));
  }

  #both(what: string) {
    this.#turn();
    return [this.#before, this.#present].flatMap(({ measured }) => measured.get(what) ?? []);
  }

  #turn(): void {
    const now = this.#monotonic();
    if (now - this.#since < STRETCH_MS) return;
    this.#before = now - this.#since < 2 * STRETCH_MS ? this.#present : emptyStretch();
    this.#present = emptyStretch();
    this.#since = now;
  }
}

function emptyStretch(): Stretch {
  return { counts: new Map(), measured: new Map() };
}
