import type { MatchEventInput } from "@touchline/domain";
import { backOffMs, pause } from "./back-off.ts";
import type { PublishResult } from "./answers.ts";
import { ProblemError, UnreachableError } from "./errors.ts";

/** One body for `POST /v1/events`. */
export interface EventBatch {
  readonly contentType: "application/json" | "application/x-ndjson";
  readonly body: string;
}

export interface PublishReport {
  readonly accepted: number;
  readonly duplicate: number;
  /** Known in the same revision with other content. */
  readonly conflict: number;
  readonly rejected: number;
  /** One for each event, in the order in which they were given. */
  readonly results: readonly PublishResult[];
}

export const MAX_EVENTS_PER_REQUEST = 500;
const MAX_BYTES_PER_REQUEST = 512 * 1024;
/** Up to here an array is sent as it is: easier to read in a trace than lines. */
const MAX_ARRAY = 50;

/** One event is sent as an object, a few as an array, many as NDJSON in requests of a bounded size. */
export function batchesOf(events: MatchEventInput | readonly MatchEventInput[]): EventBatch[] {
  if (!isList(events)) return [{ contentType: "application/json", body: JSON.stringify(events) }];
  const chunks = chunksOf(events.map((event) => JSON.stringify(event)));
  return chunks.map((lines) =>
    events.length <= MAX_ARRAY
      ? { contentType: "application/json", body: `[${lines.join(",")}]` }
      : { contentType: "application/x-ndjson", body: `${lines.join("\n")}\n` },
  );
}

function chunksOf(lines: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let room = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line) + 1;
    const chunk = chunks.at(-1);
    if (chunk && chunk.length < MAX_EVENTS_PER_REQUEST && bytes <= room) {
      chunk.push(line);
      room -= bytes;
    } else {
      chunks.push([line]);
      room = MAX_BYTES_PER_REQUEST - bytes;
    }
  }
  return chunks;
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

export function reportOf(results: readonly PublishResult[]): PublishReport {
  const count = (status: PublishResult["status"]) => results.filter((result) => result.status === status).length;
  return {
    accepted: count("accepted"),
    duplicate: count("duplicate"),
    conflict: count("conflict"),
    rejected: count("rejected"),
    // Each request counts its own results from 0.
    results: results.map((result, index) => ({ ...result, index })),
  };
}

const MAX_ATTEMPTS = 8;
const LONGEST_WAIT_MS = 5_000;

/**
 * Runs `send` again when the service was busy or the connection broke: an event sent twice counts once, so not
 * knowing whether it arrived is harmless. Waits as long as `Retry-After` says, within a bound.
 */
export async function withRetries<T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const busy = error instanceof ProblemError && (error.status === 429 || error.status === 503);
      if ((!busy && !(error instanceof UnreachableError)) || attempt === MAX_ATTEMPTS) throw error;
      const asked = busy ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      const waitMs = Math.max(asked, backOffMs(attempt, Math.random()));
      await pause(Math.min(waitMs, LONGEST_WAIT_MS), signal);
    }
  }
}
