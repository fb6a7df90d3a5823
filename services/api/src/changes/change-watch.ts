import type { ChangeFeed } from "./change-feed.ts";
import type { ChangeMessage } from "@touchline/cache";

/**
 * Wakes somebody who waits for a change of one match. Begin to watch, then read: what happens after the read is
 * never missed. Dispose of it when done.
 */
export class ChangeWatch implements Disposable {
  readonly #stop: () => void;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(feed: ChangeFeed, matchId: string, isAwaited: (message: ChangeMessage) => boolean) {
    this.#stop = feed.listen(matchId, {
      onChange: (message) => {
        if (isAwaited(message)) this.#notice();
      },
      // Whatever was missed may have been the one.
      onGap: () => this.#notice(),
    });
  }

  /** Forgets what has happened so far: call it right before a read, which sees all of that. */
  arm(): void {
    this.#changed = false;
  }

  /** Whether something has happened since `arm`: a read since then may be older than that. */
  get hasChanged(): boolean {
    return this.#changed;
  }

  /** Resolves with true as soon as something has happened since `arm`, with false after `waitMs`. */
  async changed(waitMs: number): Promise<boolean> {
    if (waitMs <= 0) return false;
    if (this.#changed) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), waitMs);
    this.#wake = () => resolve(true);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#wake = undefined;
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #notice(): void {
    this.#changed = true;
    this.#wake?.();
  }
}
