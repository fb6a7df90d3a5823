import type { FeedDocument } from "@touchline/feeds";
import type { FeedSource } from "./feed-source.ts";

/** The documents of a feed as they were last read: one of them may be unchanged while another is new. */
export class LastTexts {
  readonly #sources: readonly FeedSource[];
  readonly #texts = new Map<FeedSource, string>();
  #changed = false;

  constructor(sources: readonly FeedSource[]) {
    this.#sources = sources;
  }

  /** All of them; undefined where none has changed since `done`. @throws what reading one of them throws */
  async read(signal: AbortSignal): Promise<FeedDocument[] | undefined> {
    for (const source of this.#sources) {
      const reading = await source.read(signal);
      if (reading.state === "unchanged") continue;
      this.#changed = true;
      this.#texts.set(source, reading.text);
    }
    if (!this.#changed) return undefined;
    return this.#sources.map((source) => ({ name: source.name, text: this.#texts.get(source) ?? "" }));
  }

  /** What was read has been dealt with. Without this the next reading gives it again, changed or not. */
  done(): void {
    this.#changed = false;
  }
}
