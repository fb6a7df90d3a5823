import { type MatchStore, parseChange } from "@touchline/cache";
import { JoinedFlights } from "../predictions/joined-flights.ts";
import { frameOf, gapFrame } from "./sse-frame.ts";

/** Messages read from the feed in one go. */
const BATCH = 64;

export interface CatchUpBatch {
  /** In order; a frame may be empty, where the message means nothing to a client. */
  readonly frames: readonly { readonly n: number; readonly frame: string }[];
  readonly isLast: boolean;
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
    const messages = await this.#store.feed(matchId, after, BATCH);
    let sent = after;
    const frames = messages.map(({ n, text }) => {
      const gap = n === sent + 1 ? "" : gapFrame(matchId, sent, n);
      const message = parseChange(text);
      sent = n;
      return { n, frame: message && message.kind !== "answered" ? gap + frameOf(message) : gap };
    });
    return { frames, isLast: messages.length < BATCH };
  }
}
