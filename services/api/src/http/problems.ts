import type { ErrorRequestHandler, Response } from "express";
import type { FieldError, Problem } from "@touchline/contract";
import type { Logger } from "@touchline/platform";
import { type ProblemCode, PROBLEMS } from "./problem-list.ts";

interface ProblemOptions {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Seconds after which another attempt makes sense. */
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An expected failure, with what its caller may know of it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code].title, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors ?? [];
    const { retryAfterSeconds } = options;
    this.headers = {
      ...options.headers,
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    };
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

export function problemOf(error: ApiError): Problem {
  const { status, title } = PROBLEMS[error.code];
  return {
    type: `/problems/${error.code}`,
    title,
    status,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.errors.length === 0 ? {} : { errors: [...error.errors] }),
  };
}

/** What is answered when nobody foresaw the failure: no word of it leaves the process. */
const UNKNOWN: Problem = { type: "about:blank", title: "Internal Server Error", status: 500 };

export function sendProblem(res: Response, problem: Problem, headers: Readonly<Record<string, string>> = {}): void {
  res
    .status(problem.status)
    .set({ "cache-control": "no-store", ...headers })
    .type("application/problem+json")
    .end(JSON.stringify(problem));
}

/** The last handler: turns whatever was thrown into a problem. Status codes are decided here and nowhere else. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const known = error instanceof ApiError ? error : foreseen(error);
    if (known === undefined) log.error({ err: error, method: req.method, url: req.originalUrl }, "request failed");
    if (res.headersSent) {
      // Half an answer must not look like a whole one.
      res.destroy();
      return;
    }
    if (known) sendProblem(res, problemOf(known), known.headers);
    else sendProblem(res, UNKNOWN);
  };
}

/** Failures that Express and its body reader report in their own words. */
function foreseen(error: unknown): ApiError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type, limit } = error as { type?: unknown; limit?: unknown };
  switch (type) {
    case "entity.too.large":
      return new ApiError("body_too_large", { detail: `at most ${String(limit)} bytes` });
    case "encoding.unsupported":
    case "charset.unsupported":
      return new ApiError("unsupported_media_type", { detail: "content-encoding must be gzip, deflate, br or absent" });
    case "request.aborted":
    case "request.size.invalid":
      return new ApiError("unreadable_body", { detail: "the body is shorter or longer than announced" });
    default:
  }
  if (error instanceof URIError) return new ApiError("undecodable_path");
  // The body reader's own failures, such as a broken gzip stream, carry a client's status.
  if ("status" in error && error.status === 400) return new ApiError("unreadable_body");
  return undefined;
}
