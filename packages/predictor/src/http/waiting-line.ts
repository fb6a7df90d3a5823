import { openPromise } from "./open-promise.ts";
import { PredictorError } from "./predictor-error.ts";

/** Somebody who waits for an answer, in the line or after it. */
export interface Waiting<Content, Answer> {
  readonly content: Content;
  /** When he stops waiting, on the caller's clock. */
  readonly deadlineAt: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  /** Aborts when the caller stops waiting; its reason says why. */
  readonly gone: Promise<"answered" | "late" | "aborted">;
}

/** A bounded line, first come, first served. Who waits too long in it leaves by himself. */
export class WaitingLine<Content, Answer> {
  readonly #most: number;
  readonly #line: Waiting<Content, Answer>[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#line.length;
  }

  /**
   * @param waitMs how long at most until the answer
   * @returns the answer; rejects with `PredictorError` `overloaded` when the line is full, `timeout` or `overloaded`
   * when time is up, with the signal's reason when it is aborted
   */
  async join(content: Content, signal: AbortSignal, waitMs: number, deadlineAt: number): Promise<Answer> {
    if (this.#line.length >= this.#most)
      throw new PredictorError("overloaded", `${this.#most} predictions wait already`);
    const { promise, resolve, reject } = openPromise<Answer>();
    const gone = openPromise<Awaited<Waiting<Content, Answer>["gone"]>>();
    const waiting: Waiting<Content, Answer> = { content, deadlineAt, resolve, reject, gone: gone.promise };
    this.#line.push(waiting);
    const leave = (): boolean => {
      const index = this.#line.indexOf(waiting);
      if (index >= 0) this.#line.splice(index, 1);
      return index >= 0;
    };
    const timer = setTimeout(() => {
      const stillInLine = leave();
      gone.resolve("late");
      const [kind, why] = stillInLine
        ? (["overloaded", "its turn did not come within the deadline"] as const)
        : (["timeout", "no complete answer within the deadline"] as const);
      reject(new PredictorError(kind, why));
    }, waitMs);
    const abort = (): void => {
      leave();
      gone.resolve("aborted");
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      gone.resolve("answered");
    }
  }

  /** The first of the line, up to `most`, who are out of it from now on. */
  take(most: number): Waiting<Content, Answer>[] {
    return this.#line.splice(0, most);
  }
}
