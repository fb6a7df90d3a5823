import type { Logger } from "@touchline/platform";

/** One reading of the store's clock. All wall-clock milliseconds, `sentAt` and `receivedAt` by this process. */
export interface ClockReading {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** Of each server of the store. */
  readonly storeClocks: readonly number[];
}

interface ClockSkewOptions {
  readonly log: Logger;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/** Beyond this, lifetimes of predictions are visibly wrong. Milliseconds. */
const MAX_SKEW_MS = 2_000;
const QUIET_MS = 60_000;

/**
 * How far the store's clock is from that of this process. Touchline's decisions hold at any difference between the two;
 * but a difference shows that clocks are not set, and then those of api and worker may differ as well, by which prices
 * count as fresh for too long or too short.
 */
export class ClockSkew {
  readonly #options: ClockSkewOptions;
  #skewMs = 0;
  #warnedAt = -Infinity;

  constructor(options: ClockSkewOptions) {
    this.#options = options;
  }

  /** Milliseconds that the store is ahead, negative when it is behind; of several servers the one furthest off. */
  get skewMs(): number {
    return this.#skewMs;
  }

  take({ sentAt, receivedAt, storeClocks }: ClockReading): void {
    const middle = (sentAt + receivedAt) / 2;
    // A suspended process receives late: half of the round trip is what the reading leaves unsure.
    const unsureMs = Math.abs(receivedAt - sentAt) / 2;
    const furthest = storeClocks.map((clock) => clock - middle).sort((a, b) => Math.abs(b) - Math.abs(a))[0];
    if (furthest === undefined) return;
    this.#skewMs = furthest;
    const { log, monotonic } = this.#options;
    if (Math.abs(furthest) - unsureMs <= MAX_SKEW_MS || monotonic() - this.#warnedAt < QUIET_MS) return;
    this.#warnedAt = monotonic();
    log.warn({ skewMs: Math.round(furthest) }, "the clocks of the store and of this process differ: set them by NTP");
  }
}
