import type { ErrorRequestHandler, Response } from "express";
import type { FieldError, Problem } from "@touchline/contract";
import type { Logger } from "@touchline/platform";

/** Every problem that the api answers with. A code without a row does not compile. */
const PROBLEMS = {
  invalid_request: { status: 400, title: "The request is not valid" },
  unreadable_body: { status: 400, title: "The body cannot be read" },
  undecodable_path: { status: 400, title: "The path is not valid percent-encoding" },
  unauthorized: { status: 401, title: "A valid API key is needed" },
  admin_password_needed: { status: 401, title: "The admin password is needed" },
  admin_closed: { status: 403, title: "The admin pages are closed" },
  foreign_origin: { status: 403, title: "Admin actions are taken from the admin pages only" },
  unknown_route: { status: 404, title: "There is nothing here" },
  unknown_match: { status: 404, title: "Unknown match" },
  unknown_market: { status: 404, title: "Unknown market" },
  unknown_category: { status: 404, title: "Unknown category" },
  unknown_variant: { status: 404, title: "Unknown variant" },
  unknown_dead_letter: { status: 404, title: "Unknown dead letter" },
  unknown_event: { status: 404, title: "Unknown event" },
  forgotten_match: { status: 410, title: "The match is forgotten" },
  method_not_allowed: { status: 405, title: "The method does not fit the path" },
  other_history: { status: 409, title: "The version is of another history of the match" },
  body_too_large: { status: 413, title: "The body is too large" },
  too_many_events: { status: 413, title: "Too many events in one request" },
  unreadable_row: { status: 422, title: "A row of the list cannot be read" },
  no_event_taken: { status: 422, title: "No event of the request was taken" },
  unsupported_media_type: { status: 415, title: "Unsupported content type" },
  store_unavailable: { status: 503, title: "The store does not answer" },
  queue_unavailable: { status: 503, title: "The queue does not answer" },
  not_applied_yet: { status: 503, title: "Accepted, and not applied yet" },
  version_not_reached: { status: 503, title: "The match has not reached that version yet" },
  match_busy: { status: 503, title: "The match changes too fast at the moment" },
  predictions_pending: { status: 503, title: "No prediction yet" },
  too_many_streams: { status: 503, title: "Too many live streams" },
  only_if_cached: { status: 504, title: "Nothing stored to answer with" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

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
