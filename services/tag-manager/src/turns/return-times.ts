/**
 * Matches whose times are kept; beyond it the oldest is forgotten, and its events return too early and are put back
 * again.
 */
const MAX_MATCHES = 10_000;
/** Longest time that an event is put back for, milliseconds. */
const LONGEST_MS = 60_000;

/**
 * When events return that were put back because too many of their match wait: one after the other, at the pace at which
 * the match can take them. So a flood of one match costs the queue one more round trip for each of its events.
 */
export class ReturnTimes {
  /** When the last one that was put back returns, by match; milliseconds. */
  readonly #last = new Map<string, number>();

  /**
   * @param now milliseconds of a steady clock   @param waiting how many of the match are ahead   @param turnMs how long
   * each takes
   * @returns milliseconds from now, at most `LONGEST_MS`
   */
  next(matchId: string, now: number, waiting: number, turnMs: number): number {
    const soonest = now + (waiting * turnMs) / 2;
    const at = Math.min(Math.max(soonest, (this.#last.get(matchId) ?? 0) + turnMs), now + LONGEST_MS);
    this.#last.delete(matchId);
    this.#last.set(matchId, at);
    const [oldest] = this.#last.keys();
    if (this.#last.size > MAX_MATCHES && oldest !== undefined) this.#last.delete(oldest);
    return Math.max(1, at - now);
  }
}
