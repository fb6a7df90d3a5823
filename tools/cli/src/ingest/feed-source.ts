import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { UserError } from "../commands/command.ts";

/** What one document says now; `unchanged` where it says what it said last time. */
export type Reading = { readonly state: "read"; readonly text: string } | { readonly state: "unchanged" };

/** A place that is read again and again. */
export interface FeedSource {
  readonly name: string;
  /**
   * @throws FeedUnavailable when it cannot be read now and may be later
   * @throws UserError when it never will, and the file system's own errors
   */
  read(signal: AbortSignal): Promise<Reading>;
}

/** The feed does not answer, or is busy. Worth another try. */
export class FeedUnavailable extends Error {
  override readonly name = "FeedUnavailable";
  /** What the provider asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, waitMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = waitMs;
  }
}

const MAX_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 15_000;

export interface FeedSourceOptions {
  readonly stdin: Readable;
  /** Sent with each request: keys of the provider. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @param where a path, `-` for standard input, or an http or https address */
export function feedSource(where: string, { stdin, headers }: FeedSourceOptions): FeedSource {
  if (/^https?:\/\//i.test(where)) return urlSource(where, headers);
  const read = where === "-" ? () => textOf(stdin) : () => textFrom(where);
  return { name: where === "-" ? "standard input" : where, read: onlyChanges(read) };
}

function onlyChanges(read: () => Promise<string>): () => Promise<Reading> {
  let last: string | undefined;
  return async () => {
    const text = await read();
    if (text === last) return { state: "unchanged" };
    last = text;
    return { state: "read", text };
  };
}

async function textFrom(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.length > MAX_BYTES) throw new UserError(`${path} is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
  return bytes.toString("utf8");
}

async function textOf(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw new UserError(`standard input is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Asks with the last `ETag` and `Last-Modified`, so that an unchanged feed costs no body. */
function urlSource(url: string, headers: Readonly<Record<string, string>>): FeedSource {
  if (!URL.canParse(url)) throw new UserError(`"${url}" is no address`);
  // Keys in an address are no business of a terminal's.
  const name = new URL(url).origin + new URL(url).pathname;
  let validators: Record<string, string> = {};
  let last: string | undefined;
  return {
    name,
    async read(signal) {
      const response = await ask(url, name, { ...headers, ...validators }, signal);
      if (response.status === 304) {
        await response.body?.cancel();
        return { state: "unchanged" };
      }
      if (!response.ok) {
        await response.body?.cancel();
        const retryable = response.status === 408 || response.status === 429 || response.status >= 500;
        const message = `${name} answered ${response.status}`;
        throw retryable ? new FeedUnavailable(message, askedWaitMs(response)) : new UserError(message);
      }
      const text = await bodyOf(response, name);
      const [etag, modified] = [response.headers.get("etag"), response.headers.get("last-modified")];
      validators = {
        ...(etag ? { "if-none-match": etag } : {}),
        ...(modified ? { "if-modified-since": modified } : {}),
      };
      if (text === last) return { state: "unchanged" };
      last = text;
      return { state: "read", text };
    },
  };
}

async function ask(url: string, name: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) });
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable(name, error);
  }
}

async function bodyOf(response: Response, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new UserError(`${name} sent more than ${MAX_BYTES / 1024 / 1024} MiB`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unavailable(name, error);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unavailable(name: string, error: unknown): FeedUnavailable {
  const timedOut = error instanceof Error && error.name === "TimeoutError";
  const why = timedOut ? `no answer within ${DEADLINE_MS / 1000} s` : reasonOf(error);
  return new FeedUnavailable(`cannot read ${name}: ${why}`, undefined, { cause: error });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function askedWaitMs({ headers }: Response): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return seconds >= 0 ? seconds * 1000 : undefined;
}
