import { withDeadline } from "@touchline/platform";

interface SharedLookOptions<T> {
  readonly what: string;
  readonly look: () => Promise<T>;
  readonly deadlineMs: number;
  /** How long an answer is good for, milliseconds. */
  readonly goodForMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/** One look for all who ask at about the same time. Undefined when it failed or came too late; never rejects. */
export class SharedLook<T> {
  readonly #options: SharedLookOptions<T>;
  #beganAt = -Infinity;
  #answer: Promise<T | undefined> = Promise.resolve(undefined);

  constructor(options: SharedLookOptions<T>) {
    this.#options = options;
  }

  read(): Promise<T | undefined> {
    const { look, deadlineMs, what, goodForMs, monotonic } = this.#options;
    if (monotonic() - this.#beganAt >= goodForMs) {
      this.#beganAt = monotonic();
      this.#answer = withDeadline(look(), deadlineMs, what).catch(() => undefined);
    }
    return this.#answer;
  }
}
