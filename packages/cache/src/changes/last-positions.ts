/** Where a match's numbered messages stand. Numbers of two epochs cannot be compared. */
export interface ChangePosition {
  /** Undefined in a message of an older build. */
  readonly epoch: string | undefined;
  readonly n: number;
}

/**
 * What a message says of those before it: `first` that is known, `next` after the last one, after a `gap`, or of
 * `other_history`: another epoch, or a number that went back.
 */
export type Continuity =
  | { readonly kind: "first" }
  | { readonly kind: "next" }
  | { readonly kind: "gap" | "other_history"; readonly last: ChangePosition };

/** Matches whose last message is remembered. A forgotten one begins anew, which hides a gap of that match alone. */
const MAX_MATCHES = 10_000;

/** The last message of each match, for whoever follows the changes of all of them. */
export class LastPositions {
  readonly #last = new Map<string, ChangePosition>();

  /** Remembers the message as the last one of its match. */
  take(matchId: string, position: ChangePosition): Continuity {
    const last = this.#last.get(matchId);
    this.#last.delete(matchId);
    this.#last.set(matchId, position);
    const [oldest] = this.#last.keys();
    if (this.#last.size > MAX_MATCHES && oldest !== undefined) this.#last.delete(oldest);
    if (!last) return { kind: "first" };
    if (position.epoch !== last.epoch || position.n <= last.n) return { kind: "other_history", last };
    return position.n === last.n + 1 ? { kind: "next" } : { kind: "gap", last };
  }

  clear(): void {
    this.#last.clear();
  }
}
