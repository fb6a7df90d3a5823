import { once } from "node:events";
import type { Response } from "express";
import type { StreamEnd } from "../api-metrics.ts";

/** Unsent bytes after which a client counts as slow and is cut off: it comes back with `Last-Event-ID`. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** How long a client may leave what is sent unread, milliseconds. */
const STALLED_MS = 10_000;
/** Silence after which the system asks whether the other end still lives, milliseconds. */
const KEEP_ALIVE_MS = 30_000;

interface OutgoingOptions {
  readonly res: Response;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  readonly onEnd: (reason: StreamEnd) => void;
}

/** One client's connection. It ends by itself for a client that does not read, by bytes and by time. */
export class OutgoingStream {
  readonly #options: OutgoingOptions;
  #stalledSince: number | undefined;
  #ended = false;

  constructor(options: OutgoingOptions) {
    this.#options = options;
    const { res } = options;
    res.once("close", () => this.end("client"));
    res.on("drain", () => {
      this.#stalledSince = undefined;
    });
    res.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether what has been sent is still to be read. */
  get isFull(): boolean {
    return this.#options.res.writableNeedDrain;
  }

  /** Calls back whenever everything sent has been taken. */
  onDrain(callback: () => void): void {
    this.#options.res.on("drain", callback);
  }

  write(frame: string | Buffer): void {
    const { res, monotonic } = this.#options;
    if (this.#ended) return;
    if (!res.write(frame)) this.#stalledSince ??= monotonic();
    if (res.writableLength > MAX_UNSENT_BYTES) this.end("slow");
  }

  /** Waits until everything sent has been taken; ends a client that takes too long. */
  async drained(): Promise<void> {
    const { res } = this.#options;
    if (!res.writableNeedDrain || this.#ended) return;
    await once(res, "drain", { signal: AbortSignal.timeout(STALLED_MS) }).catch(() => this.end("slow"));
  }

  /** To be called now and then. */
  endIfStalled(): void {
    if (this.#stalledSince !== undefined && this.#options.monotonic() - this.#stalledSince > STALLED_MS)
      this.end("slow");
  }

  end(reason: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    const { res, onEnd } = this.#options;
    if (reason === "slow") res.destroy();
    else res.end();
    onEnd(reason);
  }
}
