import type { MatchTruth } from "@touchline/cache";

/**
 * Remembers the matches this process applied last, so that the usual event needs one round trip. It may be behind the
 * store, or of a history that the store has lost: the compare-and-set of the apply script finds out by version, epoch and
 * token of the last step, and a duplicate is one only when the store confirms all three.
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
