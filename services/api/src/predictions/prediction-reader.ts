import type { PredictionSnapshot } from "@touchline/cache";
import type { MatchStore } from "../redis/match-store.ts";
import { JoinedFlights } from "./joined-flights.ts";

/**
 * Where snapshots come from. Whoever reads sees at least everything that was acknowledged before the call: that is
 * what makes the label `fresh` true, and every implementation has to keep it.
 */
export interface PredictionReader {
  /** @returns undefined when the match is unknown   @throws ApiError `store_unavailable` */
  read(matchId: string, variant: string): Promise<PredictionSnapshot | undefined>;
}

/** Reads the store. Readers who overlap in time share a round trip. */
export class StoreReader implements PredictionReader {
  readonly #store: MatchStore;
  readonly #flights = new JoinedFlights<PredictionSnapshot | undefined>();

  constructor(store: MatchStore) {
    this.#store = store;
  }

  read(matchId: string, variant: string): Promise<PredictionSnapshot | undefined> {
    return this.#flights.join(`${variant}/${matchId}`, async () => this.#store.predictions(matchId, variant));
  }
}
