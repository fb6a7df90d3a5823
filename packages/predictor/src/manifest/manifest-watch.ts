import { type Manifest, ManifestError, parseManifest } from "@touchline/domain";

export interface ManifestWatchOptions {
  /** Reads the manifest; undefined when there is none. */
  readonly read: () => Promise<unknown>;
  /** The manifest in force, for all processes; null while there is none. */
  readonly inForce: () => unknown;
  readonly publish: (manifest: Manifest | null) => Promise<unknown>;
  readonly events: ManifestEvents;
}

export interface ManifestEvents {
  /** Another manifest is in force; undefined: none any more. */
  published(manifest: Manifest | undefined): void;
  /** The last good one stays in force. Called once for as long as the reason is the same. */
  refused(error: Error): void;
}

const LOOK_MS = 5_000;

/**
 * Looks at the manifest of a model server again and again, and puts a changed one into force. A manifest that cannot be
 * read, or is not valid, leaves the last good one in force. While a model server is replaced, its old and its new
 * replicas answer in turn: a changed manifest counts once it was met twice in a row.
 */
export class ManifestWatch {
  readonly #options: ManifestWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #refusal = "";
  #met = "";

  constructor(options: ManifestWatchOptions) {
    this.#options = options;
  }

  /** Looks once, and then every few seconds until it is closed. Never rejects. */
  async start(): Promise<void> {
    await this.look();
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.start(), LOOK_MS);
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async look(): Promise<void> {
    const { read, inForce, publish, events } = this.#options;
    try {
      const value = await read();
      const manifest = value === undefined ? null : parseManifest(value);
      this.#refusal = "";
      const [text, present] = [JSON.stringify(manifest), inForce()];
      const isChanged = text !== JSON.stringify(present ?? null);
      const isFirst = present === null || present === undefined;
      if (isChanged && (isFirst || this.#met === text)) {
        await publish(manifest);
        events.published(manifest ?? undefined);
      }
      this.#met = text;
    } catch (error) {
      this.#refuse(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #refuse(error: Error): void {
    this.#met = "";
    const reason = error instanceof ManifestError ? error.faults.join() : error.message;
    if (reason === this.#refusal) return;
    this.#refusal = reason;
    this.#options.events.refused(error);
  }
}
