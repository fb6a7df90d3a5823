/** Raised when something did not finish in time. `what` names it in words an operator understands. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly what: string;
  /** The deadline that was missed, in milliseconds. */
  readonly deadlineMs: number;

  constructor(what: string, deadlineMs: number) {
    super(`${what} did not finish within ${deadlineMs} ms`);
    this.what = what;
    this.deadlineMs = deadlineMs;
  }
}

/**
 * Waits for `promise`, but no longer than `deadlineMs`.
 *
 * The work itself is not cancelled: a promise cannot be. Its late result is dropped and its late failure is
 * handled here, so it never surfaces as an unhandled rejection.
 *
 * @throws DeadlineError when the deadline passes first; otherwise whatever `promise` rejects with
 */
export async function withDeadline<T>(promise: PromiseLike<T>, deadlineMs: number, what: string): Promise<T> {
  const { promise: missed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DeadlineError(what, deadlineMs)), deadlineMs);
  try {
    return await Promise.race([promise, missed]);
  } finally {
    clearTimeout(timer);
  }
}
