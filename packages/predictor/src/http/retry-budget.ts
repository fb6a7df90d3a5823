/**
 * Retries as a share of requests, so that a server in trouble is not asked twice as often for being in trouble: each
 * request puts a part of a token into the bucket, each retry takes a whole one.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #most: number;
  #tokens: number;

  /** @param share retries per request, 0.1 for one in ten   @param most tokens kept, and held to begin with */
  constructor(share: number, most: number) {
    this.#share = share;
    this.#most = most;
    this.#tokens = most;
  }

  earn(): void {
    this.#tokens = Math.min(this.#most, this.#tokens + this.#share);
  }

  /** Whether a retry may be made; it is paid for then. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
