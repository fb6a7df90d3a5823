import {
  canonicalJson,
  type InvalidationPlan,
  type Market,
  type MatchState,
  type Settlement,
  settlementOf,
} from "@touchline/domain";

/** What a reader of the announced settlements would hold against them. */
export interface LedgerFault {
  readonly market: string;
  readonly what: "final settlement overturned" | "not settled again" | "not announced as it ended";
}

export interface LedgerSum {
  /** Settlements announced, those of them provisional, and those overturned later. */
  readonly announced: number;
  readonly provisional: number;
  readonly overturned: number;
  readonly faults: readonly LedgerFault[];
}

/** Keeps what was announced of each market: all that somebody outside ever learns of its settlement. */
export class SettlementLedger {
  readonly #standing = new Map<string, Settlement>();
  readonly #everOverturned = new Set<string>();
  readonly #faults: LedgerFault[] = [];
  #announced = 0;
  #provisional = 0;
  #overturned = 0;

  record({ settled, reopened }: InvalidationPlan): void {
    for (const market of reopened) {
      this.#overturn(market);
      this.#standing.delete(market);
    }
    for (const { market, settlement } of settled) {
      const before = this.#standing.get(market);
      if (before && canonicalJson(before.outcomes) !== canonicalJson(settlement.outcomes)) this.#overturn(market);
      this.#standing.set(market, settlement);
      this.#announced++;
      if (settlement.provisional) this.#provisional++;
    }
  }

  /** @param state the true final state */
  close(state: MatchState, markets: readonly Market[]): LedgerSum {
    for (const market of markets) {
      const truth = settlementOf(market, state);
      const announced = this.#standing.get(market.id);
      if (canonicalJson(truth ?? null) !== canonicalJson(announced ?? null))
        this.#faults.push({
          market: market.id,
          what: this.#everOverturned.has(market.id) && !announced ? "not settled again" : "not announced as it ended",
        });
    }
    return {
      announced: this.#announced,
      provisional: this.#provisional,
      overturned: this.#overturned,
      faults: this.#faults,
    };
  }

  #overturn(market: string): void {
    const before = this.#standing.get(market);
    if (!before) return;
    this.#overturned++;
    this.#everOverturned.add(market);
    if (!before.provisional) this.#faults.push({ market, what: "final settlement overturned" });
  }
}
