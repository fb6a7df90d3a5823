import { once } from "node:events";
import type { Response } from "express";
import type { StreamEnd } from "../api-metrics.ts";
import type { ChangeListener } from "../changes/change-feed.ts";
import { type ChangeMessage, type MatchStore, parseChange } from "@touchline/cache";
import { frameOf, gapFrame, openingFrame } from "./sse-frame.ts";

/** Unsent bytes after which a client counts as slow and is cut off: it comes back with `Last-Event-ID`. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** How long a client that catches up may take to read one batch. */
const DRAIN_DEADLINE_MS = 10_000;
/** Messages read from the feed in one go. */
const BATCH = 64;

interface MatchStreamOptions {
  readonly matchId: string;
  readonly res: Response;
  readonly store: MatchStore;
  /** Number of the last message the client has. */
  readonly after: number;
  readonly onEnd: (reason: StreamEnd) => void;
}

/**
 * One client's live stream: every numbered message of the match, once and in order. Messages come from the channel;
 * where their numbers leave a gap, the feed in the store fills it.
 */
export class MatchStream implements ChangeListener {
  readonly #options: MatchStreamOptions;
  #sent: number;
  #catchingUp = false;
  #missed = false;
  #ended = false;

  constructor(options: MatchStreamOptions) {
    this.#options = options;
    this.#sent = options.after;
    options.res.once("close", () => this.end("client"));
  }

  /** Opens the stream, then sends what the client has missed. */
  async start(): Promise<void> {
    this.write(openingFrame(this.#sent));
    await this.#catchUp();
  }

  onChange(message: ChangeMessage): void {
    if (message.kind === "answered" || message.n <= this.#sent) return;
    if (!this.#catchingUp && message.n === this.#sent + 1) this.#send(message);
    else void this.#catchUp();
  }

  onGap(): void {
    void this.#catchUp();
  }

  /** Sends a frame; cuts a client off that has let too much pile up. */
  write(frame: string): void {
    const { res } = this.#options;
    if (this.#ended) return;
    res.write(frame);
    if (res.writableLength > MAX_UNSENT_BYTES) this.end("slow");
  }

  end(reason: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    const { res, onEnd } = this.#options;
    if (reason === "slow") res.destroy();
    else res.end();
    onEnd(reason);
  }

  #send(message: ChangeMessage & { readonly n: number }): void {
    this.write(frameOf(message));
    this.#sent = message.n;
  }

  /** Sends from the feed until nothing is left. Messages that arrive meanwhile are in the feed as well. */
  async #catchUp(): Promise<void> {
    this.#missed = true;
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    try {
      while (this.#missed && !this.#ended) {
        this.#missed = false;
        if (await this.#sendBatch()) this.#missed = true;
      }
    } catch {
      // The store is gone. The client comes back with the number of the last message, when it may be there again.
      this.end("error");
    } finally {
      this.#catchingUp = false;
    }
  }

  /** @returns whether there may be more */
  async #sendBatch(): Promise<boolean> {
    const { store, matchId, res } = this.#options;
    const messages = await store.feed(matchId, this.#sent, BATCH);
    for (const { n, text } of messages) {
      if (n !== this.#sent + 1) this.write(gapFrame(matchId, this.#sent, n));
      const message = parseChange(text);
      if (message && message.kind !== "answered") this.#send(message);
      else this.#sent = n;
    }
    if (res.writableNeedDrain && !this.#ended) {
      const drained = once(res, "drain", { signal: AbortSignal.timeout(DRAIN_DEADLINE_MS) });
      await drained.catch(() => this.end("slow"));
    }
    return messages.length === BATCH;
  }
}
