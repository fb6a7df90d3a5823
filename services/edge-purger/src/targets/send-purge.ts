import { PurgeError } from "./purge-target.ts";

interface PurgeRequest {
  readonly method: "POST" | "PURGE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Answers longer than this are no answer to a purge. */
const MAX_ANSWER_LENGTH = 64_000;

/** @returns the answer's text   @throws PurgeError for every status but 200 to 299 */
export async function sendPurge(what: string, url: string, request: PurgeRequest): Promise<string> {
  const response = await fetch(url, { ...request, redirect: "error" });
  // Read in any case: an unread body keeps the connection from being used again.
  const text = (await response.text()).slice(0, MAX_ANSWER_LENGTH);
  if (response.ok) return text;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  throw new PurgeError(what, response.status, seconds >= 0 ? seconds * 1000 : undefined);
}
