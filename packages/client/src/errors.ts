/** One broken rule of a request, as problem details list them. */
export interface ProblemDetail {
  readonly path?: string;
  readonly message: string;
}

interface Problem {
  /** URI reference that names the kind of problem; `about:blank` when the status says it all. */
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly errors?: readonly ProblemDetail[] | undefined;
  /** Seconds after which another attempt makes sense, from `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
}

/** The service answered, and said no. Carries the problem details of RFC 9457. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly ProblemDetail[];
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem) {
    super(problem.detail ? `${problem.title}: ${problem.detail}` : problem.title);
    this.type = problem.type;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfterSeconds = problem.retryAfterSeconds;
  }
}

/** No answer: refused, reset, unknown host. `cause` says which. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** No answer in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly deadlineMs: number;

  constructor(what: string, deadlineMs: number) {
    super(`${what} did not finish within ${deadlineMs} ms`);
    this.deadlineMs = deadlineMs;
  }
}

/** An answer that breaks the contract: not JSON, not the promised shape, too long. */
export class ContractError extends Error {
  override readonly name = "ContractError";
}
