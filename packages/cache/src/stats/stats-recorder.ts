import { loadScript, runScript, type StoreRedis } from "../script.ts";
import {
  AVERAGED,
  type Averaged,
  type StatCategory,
  statCategoryOf,
  type StatCounter,
  statsConfigKey,
  statsKey,
} from "./counters.ts";
import type { StatsListener } from "./named-metrics.ts";

const script = loadScript("record-stats");

interface Tally {
  readonly counts: Record<string, number>;
  readonly sums: Record<string, number>;
  readonly least: Record<string, number>;
  readonly most: Record<string, number>;
}

export interface StatsRecorderOptions {
  readonly redis: StoreRedis;
  readonly prefix: string;
  readonly flushMs?: number;
  /** Called when sums could not be stored; they are kept and stored with the next ones. */
  readonly onError?: (err: unknown) => void;
  /** Called with the share of durations to measure, each time it has been read. */
  readonly onSampling?: (rate: number) => void;
  /** Hears of every addition at once, whether or not the store takes the sums. */
  readonly listener?: StatsListener;
}

/**
 * Counts in this process and passes the sums on to the store every so often. Counting never waits, never throws and
 * never fails what is counted; a store that is down only delays the sums.
 */
export class StatsRecorder {
  readonly #options: StatsRecorderOptions;
  readonly #timer: NodeJS.Timeout;
  #tallies = new Map<StatCategory, Tally>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: StatsRecorderOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.flush(), options.flushMs ?? FLUSH_MS);
    this.#timer.unref();
  }

  add(counter: StatCounter, count = 1): void {
    if (count === 0) return;
    this.#options.listener?.add(counter, count);
    const { counts } = this.#tally(statCategoryOf(counter));
    counts[counter] = (counts[counter] ?? 0) + count;
  }

  /** Takes in one measurement. A clock that fails gives no measurement and harms nothing. */
  observe(what: Averaged, value: number): void {
    if (!Number.isFinite(value)) return;
    this.#options.listener?.observe(what, value);
    const { counts, sums, least, most } = this.#tally(AVERAGED[what]);
    counts[`${what}_count`] = (counts[`${what}_count`] ?? 0) + 1;
    sums[`${what}_sum`] = (sums[`${what}_sum`] ?? 0) + value;
    least[`${what}_min`] = Math.min(least[`${what}_min`] ?? Infinity, value);
    most[`${what}_max`] = Math.max(most[`${what}_max`] ?? -Infinity, value);
  }

  /** Passes on what has been counted so far; resolves when it is readable, or kept for the next time. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(async () => this.#flushOnce());
    return this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #flushOnce(): Promise<void> {
    const { redis, prefix, onError, onSampling } = this.#options;
    const taken = this.#tallies;
    this.#tallies = new Map();
    for (const [category, tally] of taken) {
      try {
        await runScript(redis, script, [statsKey(prefix, category)], [JSON.stringify(tally)]);
      } catch (err) {
        this.#giveBack(category, tally);
        onError?.(err);
      }
    }
    if (!onSampling) return;
    try {
      const chosen = await redis.hget(statsConfigKey(prefix), "sampling");
      const rate = Number(chosen);
      if (chosen !== null && rate >= 0 && rate <= 1) onSampling(rate);
    } catch (err) {
      onError?.(err);
    }
  }

  #giveBack(category: StatCategory, { counts, sums, least, most }: Tally): void {
    const now = this.#tally(category);
    for (const [field, count] of Object.entries(counts)) now.counts[field] = (now.counts[field] ?? 0) + count;
    for (const [field, sum] of Object.entries(sums)) now.sums[field] = (now.sums[field] ?? 0) + sum;
    for (const [field, value] of Object.entries(least))
      now.least[field] = Math.min(now.least[field] ?? Infinity, value);
    for (const [field, value] of Object.entries(most)) now.most[field] = Math.max(now.most[field] ?? -Infinity, value);
  }

  #tally(category: StatCategory): Tally {
    let tally = this.#tallies.get(category);
    if (!tally) {
      tally = { counts: {}, sums: {}, least: {}, most: {} };
      this.#tallies.set(category, tally);
    }
    return tally;
  }
}

const FLUSH_MS = 500;
