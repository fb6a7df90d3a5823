import type { ChangeMessage } from "@touchline/cache";
import type { ChangeListener } from "../changes/change-feed.ts";
import type { OutgoingStream } from "./outgoing-stream.ts";
import type { SharedCatchUp } from "./shared-catch-up.ts";
import { frameOf, openingFrame } from "./sse-frame.ts";

interface MatchStreamOptions {
  readonly matchId: string;
  readonly out: OutgoingStream;
  readonly missed: SharedCatchUp;
  /** Number of the last message the client has. */
  readonly after: number;
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

  constructor(options: MatchStreamOptions) {
    this.#options = options;
    this.#sent = options.after;
  }

  /** Opens the stream, then sends what the client has missed. */
  async start(): Promise<void> {
    this.#options.out.write(openingFrame(this.#sent));
    await this.#catchUp();
  }

  onChange(message: ChangeMessage): void {
    if (message.kind === "answered" || message.n <= this.#sent) return;
    if (this.#catchingUp || message.n !== this.#sent + 1) return void this.#catchUp();
    this.#options.out.write(frameOf(message));
    this.#sent = message.n;
  }

  onGap(): void {
    void this.#catchUp();
  }

  /** Sends from the feed until nothing is left. Messages that arrive meanwhile are in the feed as well. */
  async #catchUp(): Promise<void> {
    const { out } = this.#options;
    this.#missed = true;
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    try {
      while (this.#missed && !out.ended) {
        this.#missed = false;
        if (!(await this.#sendBatch())) this.#missed = true;
      }
    } catch {
      // The store is gone. The client comes back with the number of the last message, when it may be there again.
      out.end("error");
    } finally {
      this.#catchingUp = false;
    }
  }

  /** @returns whether that was all */
  async #sendBatch(): Promise<boolean> {
    const { missed, matchId, out } = this.#options;
    const { frames, isLast } = await missed.after(matchId, this.#sent);
    for (const { n, frame } of frames) {
      if (frame !== "") out.write(frame);
      this.#sent = n;
    }
    await out.drained();
    return isLast;
  }
}
