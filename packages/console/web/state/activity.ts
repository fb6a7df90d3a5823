import { signal } from "@preact/signals";
import { FrameBatch } from "./frame-batch.ts";
import { LiveStream, type StreamEvent } from "./live-stream.ts";
import { type TimelineEntry, timelineAfter } from "./timeline.ts";

/** What happens in all matches, from one stream. */
export class Activity {
  readonly entries = signal<readonly TimelineEntry[]>([]);
  /** Goes up with every message: whoever lists matches reads them again. */
  readonly changes = signal(0);
  readonly #messages = new FrameBatch<StreamEvent>((events) => {
    this.entries.value = events.reduce(timelineAfter, this.entries.value);
    this.changes.value += events.length;
  });
  readonly #stream: LiveStream;

  constructor() {
    this.#stream = new LiveStream({
      path: "v1/stream",
      backlog: 200,
      onEvent: (event) => this.#messages.add(event),
      onOpen: () => undefined,
    });
  }

  close(): void {
    this.#stream.close();
  }
}
