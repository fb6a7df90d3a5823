import type { MatchTruth } from "@touchline/cache";
import { truthBytes } from "./truth-bytes.ts";

/**
 * Remembers the matches this process applied last, so that the usual event needs one round trip. It may be behind the
 * store, or of a history that the store has lost: the compare-and-set of the apply script finds out by version, epoch
 * and token of the last step, and a duplicate is one only when the store confirms all three.
 */
export class TruthCache {
  readonly #matches = new Map<string, Remembered>();
  readonly #limit: number;
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param limit matches kept   @param maxBytes that they may retain; of either, the least recently used goes first */
  constructor(limit: number, maxBytes = Infinity) {
    this.#limit = limit;
    this.#maxBytes = maxBytes;
  }

  /** What the matches retain, as far as that is known. */
  get bytes(): number {
    return this.#bytes;
  }

  get(matchId: string): MatchTruth | undefined {
    const remembered = this.#matches.get(matchId);
    if (!remembered) return undefined;
    this.#matches.delete(matchId);
    this.#matches.set(matchId, remembered);
    return remembered.truth;
  }

  /** A match that is larger than all may be together is not kept: each of its events reads it from the store. */
  set(matchId: string, truth: MatchTruth): void {
    this.forget(matchId);
    const bytes = truthBytes(truth);
    this.#matches.set(matchId, { truth, bytes });
    this.#bytes += bytes;
    while (this.#matches.size > this.#limit || this.#bytes > this.#maxBytes) {
      const [oldest] = this.#matches.keys();
      if (oldest === undefined) return;
      this.forget(oldest);
    }
  }

  forget(matchId: string): void {
    this.#bytes -= this.#matches.get(matchId)?.bytes ?? 0;
    this.#matches.delete(matchId);
  }

  forgetAll(): void {
    this.#matches.clear();
    this.#bytes = 0;
  }
}

interface Remembered {
  readonly truth: MatchTruth;
  readonly bytes: number;
}
