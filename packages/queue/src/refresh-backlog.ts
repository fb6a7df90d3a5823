import type { Queue } from "bullmq";

interface RefreshBacklogOptions {
  /** Refresh jobs that wait for a worker. Must end within a deadline of its own. */
  readonly waiting: () => Promise<number>;
  /** More than this many waiting jobs are too many; again few enough at half of it. */
  readonly max: number;
  /** Milliseconds of a clock that never goes back; injected for tests. */
  readonly monotonic?: () => number;
}

/** A count is good for this long: one process counts twice a second while nothing much happens. */
export const BACKLOG_SAMPLE_MS = 500;
/**
 * Where it has let in as many since as the bound allows, it counts again, but not sooner than this after the last
 * count.
 */
export const BACKLOG_RECOUNT_MS = 50;

/**
 * Whether workers keep up well enough to enqueue background refreshes. The least urgent priority alone would not do:
 * such jobs would run late, but every one of them would run, and the queue would grow.
 */
export class RefreshBacklog {
  readonly #options: RefreshBacklogOptions;
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;
  #waiting = 0;
  /** Let in since the last count: as far as is known here they wait as well. */
  #admitted = 0;
  #over = false;

  constructor(options: RefreshBacklogOptions) {
    this.#options = options;
  }

  /**
   * Whether one more may be queued, and counts it as queued. From memory, or after the count that is under way. Never
   * throws: what cannot be counted is not too much.
   */
  async admits(): Promise<boolean> {
    if (this.#isCountDue()) await (this.#counting ??= this.#count());
    if (this.#over || this.#isFull()) return false;
    this.#admitted++;
    return true;
  }

  #isCountDue(): boolean {
    const { monotonic = now } = this.#options;
    const age = monotonic() - this.#countedAt;
    return age >= BACKLOG_SAMPLE_MS || (!this.#over && this.#isFull() && age >= BACKLOG_RECOUNT_MS);
  }

  #isFull(): boolean {
    return this.#waiting + this.#admitted > this.#options.max;
  }

  async #count(): Promise<void> {
    const { waiting, max, monotonic = now } = this.#options;
    try {
      this.#waiting = await waiting();
    } catch {
      this.#waiting = 0;
    }
    // Half way down, so that a queue which stays about full does not change the answer with every job.
    this.#over = this.#waiting > (this.#over ? Math.floor(max / 2) : max);
    this.#admitted = 0;
    this.#countedAt = monotonic();
    this.#counting = undefined;
  }
}

const now = (): number => performance.now();

/** Refresh jobs that no worker has taken yet, urgent or not. */
export async function countWaitingRefreshes(queue: Queue): Promise<number> {
  return queue.getJobCountByTypes("waiting", "prioritized");
}
