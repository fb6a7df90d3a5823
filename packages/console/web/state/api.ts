import type { Problem } from "@touchline/contract";
import { received } from "./contact.ts";

/** What the service said instead of an answer. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem ? [problem.title, problem.detail].filter(Boolean).join(": ") : `the service answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

const DEADLINE_MS = 8_000;

export interface Answer<Body> {
  readonly body: Body;
  readonly headers: Headers;
}

interface Question {
  readonly method?: string;
  readonly body?: unknown;
  /** Key for what writes. */
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the service. Paths are relative to where the console was loaded from.
 * @throws ApiFailure when it refuses, TypeError when it cannot be reached, DOMException when it is silent for too long
 */
export async function ask<Body>(path: string, question: Question = {}): Promise<Answer<Body>> {
  const { method = "GET", body, key, signal } = question;
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const response = await fetch(path, {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key ? { "x-api-key": key } : {}),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  });
  received();
  if (response.ok)
    return { body: (response.status === 204 ? undefined : await response.json()) as Body, headers: response.headers };
  throw new ApiFailure(response.status, await problemIn(response));
}

async function problemIn(response: Response): Promise<Problem | undefined> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return undefined;
  }
}

/** What went wrong, for people. */
export function failureWords(error: unknown): string {
  if (error instanceof ApiFailure) {
    const rules = error.problem?.errors?.map(({ path, message }) => `${path} ${message}`) ?? [];
    return [error.message, ...rules].join(" · ");
  }
  if (error instanceof DOMException && error.name === "TimeoutError") return "The service did not answer in time.";
  return "The service cannot be reached.";
}
