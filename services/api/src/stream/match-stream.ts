import { once } from "node:events";
import type { Response } from "express";
import type { StreamEnd } from "../api-metrics.ts";
import type { ChangeListener } from "../changes/change-feed.ts";
import { type ChangeMessage, gistOf, type MatchStore, parseChange } from "@touchline/cache";
import { frameOf, gapFrame, openingFrame, resetFrame } from "./sse-frame.ts";
import type { StreamPosition } from "./stream-position.ts";

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
  /** The last message that the client has; undefined: it begins here. */
  readonly after: StreamPosition | undefined;
  /** Where the match stands. */
  readonly match: StreamPosition & { readonly version: number };
  readonly onEnd: (reason: StreamEnd) => void;
}

type Numbered = ChangeMessage & { readonly n: number };

/**
 * One client's live stream: every numbered message of the match, once and in order. Messages come from the channel;
 * where their numbers leave a gap, the feed in the store fills it. Where the store's history has changed (another
 * epoch, or numbers that go back), the client is told so by a `reset` and the stream goes on in the new history.
 */
export class MatchStream implements ChangeListener {
  readonly #options: MatchStreamOptions;
  #epoch: string;
  #sent: number;
  /** Number of the last message from the channel: there they ascend, whatever has been sent from the feed. */
  #receivedN = -1;
  #resets = 0;
  #catchingUp = false;
  #missed = false;
  /** Messages may have been missed in which the history changed: ask where the match stands. */
  #lostTrack = true;
  #ended = false;

  constructor(options: MatchStreamOptions) {
    this.#options = options;
    const { match, after, res } = options;
    this.#epoch = match.epoch;
    this.#sent = isBefore(after, match) ? after.n : match.n;
    res.once("close", () => this.end("client"));
  }

  /** Opens the stream, then sends what the client has missed. */
  async start(): Promise<void> {
    const { match, after } = this.#options;
    const isReset = after !== undefined && !isBefore(after, match);
    // A client that is cut off before it has read the reset must not come back as one that has.
    this.write(openingFrame(isReset ? undefined : { epoch: this.#epoch, n: this.#sent }));
    if (isReset) this.#reset(match, match.version);
    await this.#catchUp();
  }

  onChange(message: ChangeMessage): void {
    if (message.kind === "answered") return;
    const { n, epoch = "" } = message;
    if (epoch !== this.#epoch || n <= this.#receivedN) this.#reset({ epoch, n: n - 1 }, gistOf(message.text)?.version);
    this.#receivedN = n;
    if (n <= this.#sent) return;
    if (!this.#catchingUp && n === this.#sent + 1) this.#send(message);
    else void this.#catchUp();
  }

  onGap(): void {
    this.#lostTrack = true;
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

  #send(message: Numbered): void {
    this.write(frameOf(message));
    this.#sent = message.n;
  }

  /** Goes on after `position`. What was sent before may never have happened. */
  #reset({ epoch, n }: StreamPosition, version: number | undefined): void {
    this.#epoch = epoch;
    this.#sent = n;
    this.#receivedN = -1;
    this.#resets++;
    this.write(resetFrame(this.#options.matchId, { epoch, n }, version));
  }

  /** Sends from the feed until nothing is left. Messages that arrive meanwhile are in the feed as well. */
  async #catchUp(): Promise<void> {
    this.#missed = true;
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    try {
      while (this.#missed && !this.#ended) {
        this.#missed = false;
        if (this.#lostTrack) await this.#lookUp();
        if (await this.#sendBatch()) this.#missed = true;
      }
    } catch {
      // The store is gone. The client comes back with the number of the last message, when it may be there again.
      this.end("error");
    } finally {
      this.#catchingUp = false;
    }
  }

  /** A new history whose numbers are lower shows nothing in the feed after the last one sent. */
  async #lookUp(): Promise<void> {
    const { store, matchId } = this.#options;
    // What is sent from the channel during the read need not be in what it finds.
    const [resets, before] = [this.#resets, { epoch: this.#epoch, n: this.#sent }];
    this.#lostTrack = false;
    const match = await store.match(matchId);
    if (match && resets === this.#resets && !isBefore(before, match)) this.#reset(match, match.version);
  }

  /** @returns whether there may be more */
  async #sendBatch(): Promise<boolean> {
    const { store, matchId, res } = this.#options;
    const resets = this.#resets;
    const messages = await store.feed(matchId, this.#sent, BATCH);
    // What was read is of the history before, or begins elsewhere.
    if (resets !== this.#resets) return true;
    for (const { n, text } of messages) {
      const message = parseChange(text);
      const numbered = message && message.kind !== "answered" ? message : undefined;
      if (numbered && (numbered.epoch ?? "") !== this.#epoch)
        this.#reset({ epoch: numbered.epoch ?? "", n: n - 1 }, gistOf(text)?.version);
      if (n !== this.#sent + 1) this.write(gapFrame(matchId, this.#sent, n));
      if (numbered) this.#send(numbered);
      else this.#sent = n;
    }
    if (res.writableNeedDrain && !this.#ended) {
      const drained = once(res, "drain", { signal: AbortSignal.timeout(DRAIN_DEADLINE_MS) });
      await drained.catch(() => this.end("slow"));
    }
    return messages.length === BATCH;
  }
}

/** Whether `match` goes on from `after`. */
function isBefore(after: StreamPosition | undefined, match: StreamPosition): after is StreamPosition {
  return after !== undefined && after.epoch === match.epoch && after.n <= match.n;
}
