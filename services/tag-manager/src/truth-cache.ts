import type { MatchTruth } from "@touchline/cache";

/**
 * Remembers the matches this process applied last, so that the usual event needs one round trip. It may be behind the
 * store; the compare-and-set of the apply script finds out, and the log only grows, so a duplicate stays a duplicate.
 * Only a store that was away may come back knowing less, after a failover or without its data: then forget everything.
 */
export class TruthCache {
  readonly #matches = new Map<string, MatchTruth>();
  readonly #limit: number;

  /** @param limit matches kept; the least recently used goes first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(matchId: string): MatchTruth | undefined {
    const truth = this.#matches.get(matchId);
    if (truth) this.set(matchId, truth);
    return truth;
  }

  set(matchId: string, truth: MatchTruth): void {
    this.#matches.delete(matchId);
    this.#matches.set(matchId, truth);
    if (this.#matches.size <= this.#limit) return;
    const [oldest] = this.#matches.keys();
    if (oldest !== undefined) this.#matches.delete(oldest);
  }

  forget(matchId: string): void {
    this.#matches.delete(matchId);
  }

  forgetAll(): void {
    this.#matches.clear();
  }
}
