import type { Response } from "express";
import type { ApiMetrics } from "../api-metrics.ts";
import type { ChangeFeed } from "../changes/change-feed.ts";
import { ApiError } from "../http/problems.ts";
import type { MatchStore } from "@touchline/cache";
import { MatchStream } from "./match-stream.ts";
import { HEARTBEAT_FRAME } from "./sse-frame.ts";
import type { StreamPosition } from "./stream-position.ts";

const MAX_STREAMS = 2_000;
const HEARTBEAT_EVERY_MS = 15_000;

interface StreamHubOptions {
  readonly store: MatchStore;
  readonly feed: ChangeFeed;
  readonly metrics: ApiMetrics;
}

/** All live streams of the process. */
export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #streams = new Set<MatchStream>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: StreamHubOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#streams) stream.write(HEARTBEAT_FRAME);
    }, HEARTBEAT_EVERY_MS);
    this.#heartbeat.unref();
  }

  /**
   * Streams the match to `res`, from now on or after message `after`; a message of a history that no longer counts is
   * answered with a `reset`.
   * @throws ApiError `unknown_match`, `too_many_streams`, `store_unavailable`; nothing has been sent then
   */
  async open(res: Response, matchId: string, after: StreamPosition | undefined): Promise<void> {
    const { store, feed, metrics } = this.#options;
    if (this.#streams.size >= MAX_STREAMS) throw new ApiError("too_many_streams", { retryAfterSeconds: 5 });
    const match = await store.match(matchId);
    if (!match) throw new ApiError("unknown_match", { detail: `there is no match ${matchId}` });
    if (res.closed) return;
    res.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // Proxies that buffer would hold every message back.
      "x-accel-buffering": "no",
    });
    const stream: MatchStream = new MatchStream({
      matchId,
      res,
      store,
      after,
      match,
      onEnd: (reason) => {
        stop();
        this.#streams.delete(stream);
        metrics.streamClosed(reason);
      },
    });
    // Listening begins before the feed is read: what is published in between is found by one of them.
    const stop = feed.listen(matchId, stream);
    this.#streams.add(stream);
    metrics.streamOpened();
    await stream.start();
  }

  get size(): number {
    return this.#streams.size;
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const stream of this.#streams) stream.end("shutdown");
  }
}
