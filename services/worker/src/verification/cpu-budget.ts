/** What may be saved up for later, milliseconds of CPU. Also what a worker that has just started may spend. */
const MOST_SAVED_MS = 50;

/**
 * CPU time that background work may take: a share of what the process spends on everything else. Everything the process
 * does while the background work runs counts as its own, so the share is never more than that.
 */
export class CpuBudget {
  readonly #share: number;
  readonly #cpuMs: () => number;
  #savedMs = MOST_SAVED_MS;
  #seenMs: number;
  #spentMs = 0;

  /** @param share such as 0.02   @param cpuMs CPU time of the process so far, milliseconds */
  constructor(share: number, cpuMs: () => number = processCpuMs) {
    this.#share = share;
    this.#cpuMs = cpuMs;
    this.#seenMs = cpuMs();
  }

  /** Whether something may be spent now. A debt has to be earned first. */
  get isOpen(): boolean {
    const now = this.#cpuMs();
    this.#savedMs = Math.min(MOST_SAVED_MS, this.#savedMs + this.#share * (now - this.#seenMs));
    this.#seenMs = now;
    return this.#share > 0 && this.#savedMs > 0;
  }

  /** Spent so far, milliseconds. */
  get spentMs(): number {
    return this.#spentMs;
  }

  /** Runs `work` on the budget, whatever it costs. */
  async spend<T>(work: () => Promise<T>): Promise<T> {
    const began = this.#cpuMs();
    try {
      return await work();
    } finally {
      const now = this.#cpuMs();
      this.#spentMs += now - began;
      this.#savedMs -= now - began;
      this.#seenMs = now;
    }
  }
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
