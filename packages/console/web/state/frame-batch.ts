import { batch } from "@preact/signals";

/** More waiting items than a page can be behind: the oldest say nothing any more. */
const MAX_WAITING = 5_000;
/** A hidden page has no frames. */
const HIDDEN_PAUSE_MS = 500;

/**
 * Collects what arrives and hands it over once a frame, in one batch of updates: however many messages come, the page
 * is drawn at most once for each frame.
 */
export class FrameBatch<Item> {
  readonly #take: (items: readonly Item[]) => void;
  #waiting: Item[] = [];
  #scheduled = false;

  constructor(take: (items: readonly Item[]) => void) {
    this.#take = take;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.splice(0, this.#waiting.length - MAX_WAITING);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#flush(), HIDDEN_PAUSE_MS);
    else requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const items = this.#waiting;
    this.#waiting = [];
    batch(() => this.#take(items));
  }
}
