import type { PredictionSnapshot } from "@touchline/cache";
import type { MatchStore } from "@touchline/cache";
import type { Doubt } from "../l1/master-proof.ts";
import { JoinedFlights } from "./joined-flights.ts";

/**
 * Where snapshots come from. A read sees at least everything that was acknowledged before the call. That
 * makes the label `fresh` true, and every implementation must keep it.
 */
export interface PredictionReader {
  /**
   * @param minVersion match version that the reader knows to exist: a memory older than that will not do
   * @param minEpoch epoch of that version: a memory of another one will not do
   * @returns undefined when the match is unknown   @throws ApiError `store_unavailable`
   */
  read(matchId: string, variant: string, minVersion?: number, minEpoch?: string): Promise<ReadSnapshot | undefined>;
}

export interface ReadSnapshot extends PredictionSnapshot {
  readonly matchId: string;
  /** The store did not answer: this is what was last known, and nothing of it may be called fresh. */
  readonly degraded?: boolean;
  /** Of what is degraded: how much longer it may be served, milliseconds. */
  readonly staleIfErrorMs?: number;
  /** Why the store's answer cannot be believed as it is: no price of a match that has begun is offered then. */
  readonly doubt?: Doubt;
}

/** Reads the store. Readers who overlap in time share a round trip. */
export class StoreReader implements PredictionReader {
  readonly #store: MatchStore;
  readonly #flights = new JoinedFlights<ReadSnapshot | undefined>();

  constructor(store: MatchStore) {
    this.#store = store;
  }

  read(matchId: string, variant: string): Promise<ReadSnapshot | undefined> {
    return this.#flights.join(`${variant}/${matchId}`, async () => {
      const snapshot = await this.#store.predictions(matchId, variant);
      return snapshot && { ...snapshot, matchId };
    });
  }
}
