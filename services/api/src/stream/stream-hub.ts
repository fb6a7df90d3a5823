import type { MatchStore } from "@touchline/cache";
import type { Response } from "express";
import type { ApiMetrics } from "../api-metrics.ts";
import type { ChangeFeed } from "../changes/change-feed.ts";
import { ApiError } from "../http/problems.ts";
import { listAll } from "../matches/list-all.ts";
import { JoinedFlights } from "../predictions/joined-flights.ts";
import type { WatermarkWatch } from "../watermark/watermark-watch.ts";
import { type AllMatches, AllStream } from "./all-stream.ts";
import { ChangeRing } from "./change-ring.ts";
import { MatchStream } from "./match-stream.ts";
import { OutgoingStream } from "./outgoing-stream.ts";
import { SharedCatchUp } from "./shared-catch-up.ts";
import { HEARTBEAT_FRAME } from "./sse-frame.ts";
import { StreamPlaces } from "./stream-places.ts";
import type { StreamPosition } from "./stream-position.ts";
import { allWatermark, CAUGHT_UP, matchWatermark, type SentWatermark } from "./watermark-frames.ts";

const HEARTBEAT_EVERY_MS = 15_000;
/** How often clients are informed of the watermark, and stalled ones looked for, milliseconds. */
const LOOK_EVERY_MS = 250;

interface StreamHubOptions {
  readonly store: MatchStore;
  readonly feed: ChangeFeed;
  readonly metrics: ApiMetrics;
  readonly watermark: WatermarkWatch;
  readonly lagMs: number;
  readonly maxStreams: number;
  readonly maxOfAddress: number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

interface Client {
  readonly out: OutgoingStream;
  /** Undefined: all matches. */
  readonly matchId: string | undefined;
  sent: SentWatermark;
}

/** All live streams of the process. */
export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #clients = new Set<Client>();
  readonly #ofAll = new Set<AllStream>();
  readonly #places: StreamPlaces;
  readonly #missed: SharedCatchUp;
  readonly #ring: ChangeRing;
  readonly #lists = new JoinedFlights<AllMatches>();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(options: StreamHubOptions) {
    this.#options = options;
    this.#places = new StreamPlaces({ max: options.maxStreams, maxOfAddress: options.maxOfAddress });
    this.#missed = new SharedCatchUp(options.store);
    this.#ring = new ChangeRing({
      feed: options.feed,
      onFrame: () => {
        for (const stream of this.#ofAll) stream.pump();
      },
      onGap: () => {
        for (const stream of this.#ofAll) void stream.reset("gap");
      },
    });
    const heartbeat = setInterval(() => {
      for (const { out } of this.#clients) out.write(HEARTBEAT_FRAME);
    }, HEARTBEAT_EVERY_MS);
    const look = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timers = [heartbeat, look].map((timer) => timer.unref());
  }

  /**
   * Streams the match to `res`, from now on or after message `after`; a message of a history that no longer counts is
   * answered with a `reset`.
   * @throws ApiError `unknown_match`, `too_many_streams`, `store_unavailable`; nothing has been sent then
   */
  async open(res: Response, matchId: string, after: StreamPosition | undefined): Promise<void> {
    const { store, feed } = this.#options;
    const leave = this.#places.take(addressOf(res));
    const match = await store.match(matchId).catch((error: unknown) => {
      leave();
      throw error;
    });
    if (!match || res.closed) {
      leave();
      if (match) return;
      throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
    }
    let stop = (): void => undefined;
    const out = this.#admit(res, matchId, leave, () => stop());
    const stream = new MatchStream({ matchId, out, store, missed: this.#missed, after, match });
    // Listening begins before the feed is read: what is published in between is found by one of them.
    stop = feed.listen(matchId, stream);
    await stream.start();
  }

  /**
   * Streams all matches to `res`, after the message `lastEventId` where that can be resumed, else from a `reset` on.
   * @throws ApiError `too_many_streams`; nothing has been sent then
   */
  async openAll(res: Response, lastEventId: string | undefined): Promise<void> {
    const leave = this.#places.take(addressOf(res));
    const out = this.#admit(res, undefined, leave, () => {
      this.#ofAll.delete(stream);
      if (this.#ofAll.size === 0) this.#ring.release();
    });
    const stream: AllStream = new AllStream({ out, ring: this.#ring, readAll: async () => this.#readAll() });
    this.#ring.start();
    this.#ofAll.add(stream);
    await stream.start(lastEventId);
  }

  get size(): number {
    return this.#clients.size;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { out } of this.#clients) out.end("shutdown");
    this.#ring.close();
  }

  #admit(res: Response, matchId: string | undefined, leave: () => void, onEnd: () => void): OutgoingStream {
    const { metrics, monotonic } = this.#options;
    res.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // Proxies that buffer would hold every message back.
      "x-accel-buffering": "no",
    });
    const out: OutgoingStream = new OutgoingStream({
      res,
      monotonic,
      onEnd: (reason) => {
        leave();
        onEnd();
        this.#clients.delete(client);
        metrics.streamClosed(reason);
      },
    });
    const client: Client = { out, matchId, sent: CAUGHT_UP };
    this.#clients.add(client);
    metrics.streamOpened();
    return out;
  }

  async #readAll(): Promise<AllMatches> {
    return this.#lists.join("all", async () => listAll(this.#options.store));
  }

  #look(): void {
    const { watermark, lagMs } = this.#options;
    for (const client of this.#clients) {
      const { out, matchId, sent } = client;
      out.endIfStalled();
      const next =
        matchId === undefined ? allWatermark(watermark, lagMs, sent) : matchWatermark(watermark, matchId, sent);
      if (!next) continue;
      client.sent = next.sent;
      out.write(next.frame);
    }
  }
}

/** Behind a proxy every client has the proxy's. */
function addressOf(res: Response): string {
  return res.socket?.remoteAddress ?? "unknown";
}
