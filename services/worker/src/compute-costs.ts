import type { ComputationId } from "@touchline/domain";

/** Weight of the newest measurement in a primitive's usual cost. */
const NEWEST_WEIGHT = 0.05;

/** What each primitive usually costs on this machine, and what a refresh saved by leaving some out. */
export class ComputeCosts {
  readonly #usualMs = new Map<ComputationId, number>();

  /**
   * Share of a full recompute's time that was saved, in percent, measured and not derived from names.
   * @returns undefined until every open primitive has been measured once
   */
  savedPct(spentMs: ReadonlyMap<ComputationId, number>, open: ReadonlySet<ComputationId>): number | undefined {
    for (const [primitive, ms] of spentMs) {
      const usual = this.#usualMs.get(primitive) ?? ms;
      this.#usualMs.set(primitive, usual + NEWEST_WEIGHT * (ms - usual));
    }
    let full = 0;
    let spent = 0;
    for (const primitive of open) {
      const usual = this.#usualMs.get(primitive);
      if (usual === undefined) return undefined;
      full += usual;
      if (spentMs.has(primitive)) spent += usual;
    }
    return full > 0 ? 100 * (1 - spent / full) : undefined;
  }
}
