import type { Logger } from "@touchline/platform";
import { EVERYTHING, PurgeError, type Purge, type PurgeTarget } from "./targets/purge-target.ts";

export const OUTCOMES = ["purged", "failed", "expired"] as const;
export type Outcome = (typeof OUTCOMES)[number];

interface PurgeQueueOptions {
  readonly target: PurgeTarget;
  /** The longest that one call may take, milliseconds. */
  readonly timeoutMs: number;
  /** How long after a purge the same key is purged once more, milliseconds; 0 never. */
  readonly againMs: number;
  readonly log: Logger;
  readonly counted: (outcome: Outcome, keys: number) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic?: () => number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

interface Waiting {
  version: number | undefined;
  /** When the change was received. */
  readonly since: number;
  /** A repetition: nobody is behind for it. */
  readonly again: boolean;
}

/** Beyond this many different keys everything is purged in one call. */
const MAX_KEYS = 10_000;
/** Twice what any answer may be kept for: a purge as old as this has nothing left to remove. */
const EXPIRES_MS = 120_000;
const MAX_BACK_OFF_MS = 1_000;
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * The purges of one target, in order of the changes; those of one key that wait together are one. A failed call is
 * repeated with back-off until it succeeds or nothing is left to purge. One call runs at a time.
 *
 * An answer that was on its way into the cache while its key was purged is not removed by that purge. So every
 * successful purge is repeated once, `againMs` later.
 */
export class PurgeQueue {
  readonly #options: PurgeQueueOptions;
  readonly #monotonic: () => number;
  readonly #random: () => number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #again: { readonly key: string; readonly dueAt: number }[] = [];
  readonly #running: Promise<void>;
  #sending: readonly (readonly [string, Waiting])[] = [];
  #wake: (() => void) | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: PurgeQueueOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#random = options.random ?? Math.random;
    this.#running = this.#run();
  }

  get target(): PurgeTarget {
    return this.#options.target;
  }

  /** Keys that wait or are being sent. */
  get length(): number {
    return this.#waiting.size + this.#sending.length;
  }

  /** How long ago the oldest change was received that has not been purged yet, milliseconds; 0 without one. */
  get behindMs(): number {
    const since = [...this.#waiting.values(), ...this.#sending.map(([, waiting]) => waiting)].flatMap((waiting) =>
      waiting.again ? [] : waiting.since,
    );
    return since.length === 0 ? 0 : this.#monotonic() - since.reduce((oldest, one) => Math.min(oldest, one));
  }

  add({ key, version }: Purge): void {
    if (this.#waiting.size >= MAX_KEYS && !this.#waiting.has(key)) {
      const since = this.#monotonic() - this.behindMs;
      this.#waiting.clear();
      this.#waiting.set(EVERYTHING, { version: undefined, since, again: false });
    } else this.#put(key, { version, since: this.#monotonic(), again: false });
    this.#wake?.();
  }

  /** Ends after the call that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#takeDueAgain();
      this.#dropExpired();
      this.#sending = this.#take();
      if (this.#sending.length === 0) {
        await this.#sleep(this.#again[0] ? this.#again[0].dueAt - this.#monotonic() : MAX_BACK_OFF_MS, true);
        continue;
      }
      const beganAt = this.#monotonic();
      const pauseMs = await this.#send(this.#sending);
      const spentMs = this.#monotonic() - beganAt;
      const leastMs = Math.max(pauseMs, 1_000 / this.#options.target.callsPerSecond - spentMs);
      // Pacing below a timer's resolution would slow a fast target down.
      if (leastMs >= 2) await this.#sleep(leastMs, false);
    }
  }

  /** @returns how long to leave the target alone, milliseconds */
  async #send(batch: readonly (readonly [string, Waiting])[]): Promise<number> {
    const { target, timeoutMs, againMs, counted, log } = this.#options;
    const purges = batch.map(([key, { version }]) => ({ key, version }));
    try {
      await target.purge(purges, AbortSignal.timeout(timeoutMs));
    } catch (err) {
      this.#sending = [];
      for (const [key, waiting] of batch) this.#put(key, waiting);
      counted("failed", batch.length);
      const { adapter, address } = target;
      const behindSeconds = Math.round(this.behindMs) / 1_000;
      if (this.#failures++ === 0) log.warn({ err, adapter, address, behindSeconds }, "purging failed; it is repeated");
      const asked = err instanceof PurgeError ? (err.retryAfterMs ?? 0) : 0;
      const most = Math.min(MAX_BACK_OFF_MS, 25 * 2 ** Math.min(this.#failures, 10));
      return Math.max(Math.min(asked, MAX_RETRY_AFTER_MS), most * (0.5 + this.#random() / 2));
    }
    this.#sending = [];
    if (this.#failures > 0)
      log.info({ adapter: target.adapter, address: target.address, failures: this.#failures }, "purging works again");
    this.#failures = 0;
    counted("purged", batch.length);
    const dueAt = this.#monotonic() + againMs;
    if (againMs > 0) for (const [key, { again }] of batch) if (!again) this.#again.push({ key, dueAt });
    return 0;
  }

  #put(key: string, { version, since, again }: Waiting): void {
    const known = this.#waiting.get(key);
    this.#waiting.set(key, {
      version: known?.version === undefined ? version : Math.max(known.version, version ?? 0),
      since: known && !known.again ? Math.min(known.since, since) : since,
      again: again && (known?.again ?? true),
    });
  }

  #takeDueAgain(): void {
    // Bounded by the rate of the target: each of its purges adds one.
    while (this.#again[0] && this.#again[0].dueAt <= this.#monotonic()) {
      const { key, dueAt } = this.#again.shift() ?? { key: EVERYTHING, dueAt: 0 };
      // Without a version: a later one may have been sent meanwhile.
      if (!this.#waiting.has(key)) this.#put(key, { version: undefined, since: dueAt, again: true });
    }
  }

  #dropExpired(): void {
    const oldest = this.#monotonic() - EXPIRES_MS;
    for (const [key, { since }] of this.#waiting)
      if (since < oldest && this.#waiting.delete(key)) this.#options.counted("expired", 1);
  }

  #take(): [string, Waiting][] {
    const batch = this.#waiting.entries().take(this.#options.target.maxKeys).toArray();
    for (const [key] of batch) this.#waiting.delete(key);
    return batch;
  }

  async #sleep(ms: number, untilWoken: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(0, ms));
    this.#wake = untilWoken || this.#closed ? resolve : () => void (this.#closed && resolve());
    if (this.#closed) resolve();
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
