import { createParser } from "eventsource-parser";
import { received, streamState } from "./contact.ts";

/** One message of a stream: its kind, its data as JSON, and where it stands. */
export interface StreamEvent {
  readonly kind: string;
  readonly data: Record<string, unknown>;
  readonly id: string | undefined;
}

interface LiveStreamOptions {
  readonly path: string;
  /** How many of the messages before the present one should come first. */
  readonly backlog: number;
  readonly onEvent: (event: StreamEvent) => void;
  /** The stream stands, again or for the first time. */
  readonly onOpen: () => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** The service sends a comment every 15 s; after three that did not come the connection is lost. */
const SILENCE_MS = 45_000;

/** The page's one live connection. Reconnects for as long as it is open, resumes, and says so in `streamState`. */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #closed = new AbortController();
  #lastId: string | undefined;
  #wantsBacklog: boolean;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    this.#wantsBacklog = options.backlog > 0;
    streamState.value = "connecting";
    void this.#run();
  }

  close(): void {
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#closed.signal.aborted; failures++) {
      try {
        if (await this.#follow()) failures = -1;
      } catch {
        // Gone, refused or cut off: all of it passes by itself.
      }
      if (this.#closed.signal.aborted) return;
      if (failures < 0) continue;
      streamState.value = "reconnecting";
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.75 + Math.random() / 2)));
    }
  }

  /** One connection, to its end. @returns whether the next one should follow at once */
  async #follow(): Promise<boolean> {
    const { path, onEvent, onOpen } = this.#options;
    const connection = new AbortController();
    const signal = AbortSignal.any([this.#closed.signal, connection.signal]);
    const headers = { accept: "text/event-stream", ...(this.#lastId ? { "last-event-id": this.#lastId } : {}) };
    const response = await fetch(path, { headers, signal, cache: "no-store" });
    if (!response.ok || !response.body) throw new Error(`the stream was refused: ${response.status}`);
    const parser = createParser({
      onEvent: ({ event = "message", data, id }) => {
        if (id !== undefined) this.#lastId = id;
        onEvent({ kind: event, data: JSON.parse(data) as Record<string, unknown>, id });
      },
    });
    let silence = setTimeout(() => connection.abort(), SILENCE_MS);
    try {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return false;
        clearTimeout(silence);
        silence = setTimeout(() => connection.abort(), SILENCE_MS);
        received();
        const from = this.#wantsBacklog ? backlogId(value, this.#options.backlog) : undefined;
        if (from !== undefined) {
          this.#wantsBacklog = false;
          this.#lastId = from;
          return true;
        }
        if (streamState.value !== "live") {
          streamState.value = "live";
          onOpen();
        }
        parser.feed(value);
      }
    } finally {
      clearTimeout(silence);
      connection.abort();
    }
  }
}

/** The id to resume from for the messages before the present one: ids are `<epoch>.<n>`. */
function backlogId(firstChunk: string, backlog: number): string | undefined {
  const [, epoch, n] = /^id: ([^\s.]+)\.(\d+)$/m.exec(firstChunk) ?? [];
  if (epoch === undefined || n === undefined) return undefined;
  return `${epoch}.${Math.max(0, Number(n) - backlog)}`;
}
