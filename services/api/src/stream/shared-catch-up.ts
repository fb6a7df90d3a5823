import { gistOf, type MatchStore, parseChange } from "@touchline/cache";
import { JoinedFlights } from "../predictions/joined-flights.ts";
import { frameOf } from "./sse-frame.ts";
import type { StreamPosition } from "./stream-position.ts";

/** Messages read from the feed in one go. */
const BATCH = 64;

export interface CatchUpBatch {
  /** In order; the numbers may leave gaps. */
  readonly messages: readonly FramedMessage[];
  readonly isLast: boolean;
}

export interface FramedMessage extends StreamPosition {
  /** Match version of the message, where it reports. */
  readonly version: number | undefined;
  /** Undefined where the message means nothing to a client: its epoch is then that of its neighbours. */
  readonly frame: string | undefined;
}

/** What clients have missed, read from the store and framed once for all who miss the same. */
export class SharedCatchUp {
  readonly #store: MatchStore;
  readonly #flights = new JoinedFlights<CatchUpBatch>();

  constructor(store: MatchStore) {
    this.#store = store;
  }

  /** The messages of the match after number `after`, at most one batch. @throws ApiError `store_unavailable` */
  async after(matchId: string, after: number): Promise<CatchUpBatch> {
    return this.#flights.join(`${matchId} ${after}`, async () => this.#read(matchId, after));
  }

  async #read(matchId: string, after: number): Promise<CatchUpBatch> {
    const found = await this.#store.feed(matchId, after, BATCH);
    const messages = found.map(({ n, text }): FramedMessage => {
      const message = parseChange(text);
      if (!message || message.kind === "answered") return { n, epoch: "", version: undefined, frame: undefined };
      return { n, epoch: message.epoch ?? "", version: gistOf(text)?.version, frame: frameOf(message) };
    });
    return { messages, isLast: found.length < BATCH };
  }
}
