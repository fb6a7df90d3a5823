import type { IncomingMessage } from "node:http";
import { ALL_STREAM_MESSAGES, type AllStreamMessage, STREAM_MESSAGES, type StreamMessage } from "@touchline/contract";
import type { z } from "zod";
import { backOffMs, pause } from "./back-off.ts";
import { ContractError, DeadlineError, ProblemError, UnreachableError } from "./errors.ts";
import { problemOf } from "./problem.ts";
import { createSseParser, type SseMessage } from "./sse-parser.ts";
import type { Transport } from "./transport.ts";

export interface StreamOptions {
  /** Resumes after this message. */
  readonly lastEventId?: string | undefined;
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Called whenever the service has accepted the subscription: what happens from now on will be seen. */
  readonly onOpen?: () => void;
  /** Failed connections in a row after which the stream throws. Default 10. */
  readonly maxAttempts?: number;
  /** Longest silence, in milliseconds, before the connection counts as lost. Default 45 s: three missed heartbeats. */
  readonly silenceMs?: number;
}

const MAX_ATTEMPTS = 10;
const SILENCE_MS = 45_000;

/** Messages of one match; see `follow`. */
export function streamMatch(
  transport: Transport,
  matchId: string,
  options?: StreamOptions,
): AsyncGenerator<StreamMessage, void, undefined> {
  const path = `/v1/matches/${encodeURIComponent(matchId)}/stream`;
  return follow(transport, { path, messages: STREAM_MESSAGES }, options);
}

/** Messages of all matches; see `follow`. */
export function streamAll(
  transport: Transport,
  options?: StreamOptions,
): AsyncGenerator<AllStreamMessage, void, undefined> {
  return follow(transport, { path: "/v1/stream", messages: ALL_STREAM_MESSAGES }, options);
}

/** A stream, and the messages that it may bring, by kind. */
interface Source {
  readonly path: string;
  readonly messages: Readonly<Record<string, z.ZodType>>;
}

/**
 * Messages of a stream, for as long as the caller iterates. Reconnects with a bounded back-off and resumes after
 * the last message seen; kinds that this client does not know are skipped.
 *
 * Nothing is buffered beyond one network chunk: a slow caller slows the connection down.
 * @throws ProblemError when the service refuses (no such match), UnreachableError or DeadlineError after `maxAttempts`
 *   failures in a row, ContractError when a known message is not what it should be
 */
async function* follow<Message>(
  transport: Transport,
  { path, messages }: Source,
  options: StreamOptions = {},
): AsyncGenerator<Message, void, undefined> {
  const { signal, maxAttempts = MAX_ATTEMPTS } = options;
  let lastEventId = options.lastEventId ?? "";
  let retryMs: number | undefined;
  for (let attempt = 1; !signal?.aborted; attempt++) {
    const parser = createSseParser();
    try {
      const response = await connect(transport, path, lastEventId, signal);
      if (!response) return;
      options.onOpen?.();
      for await (const message of messagesOf(response, parser, options)) {
        // Only a connection that brought something has proved itself; else a server that accepts and closes at
        // once would be asked for ever.
        attempt = 0;
        const known = parse(messages, message);
        if (known) yield known as Message;
        if (signal?.aborted) return;
      }
      if (attempt >= maxAttempts) throw new UnreachableError(`${path} was closed ${attempt} times in a row`);
    } catch (error) {
      if (signal?.aborted) return;
      if (!isWorthRetrying(error) || attempt >= maxAttempts) throw error;
    }
    if (signal?.aborted) return;
    // A service may say where a subscription begins before anything happens: what comes next resumes from there.
    if (parser.lastEventId !== "") lastEventId = parser.lastEventId;
    retryMs = parser.retryMs ?? retryMs;
    const least = Math.min(retryMs ?? 0, LONGEST_RETRY_MS);
    await pause(Math.max(least, backOffMs(attempt, Math.random())), signal).catch(() => {});
  }
}

const LONGEST_RETRY_MS = 10_000;

/** Undefined when the service says that there is nothing more to come (204). */
async function connect(
  transport: Transport,
  path: string,
  lastEventId: string,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage | undefined> {
  const headers = {
    accept: "text/event-stream",
    ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }),
  };
  const response = await transport.open({ method: "GET", path, headers, signal });
  if (response.statusCode === 204) {
    response.resume();
    return undefined;
  }
  if (response.statusCode !== 200) throw problemOf(await transport.drain(response));
  if (!response.headers["content-type"]?.startsWith("text/event-stream")) {
    response.destroy();
    throw new ContractError(`${path} did not answer with an event stream`);
  }
  return response;
}

async function* messagesOf(
  response: IncomingMessage,
  parser: ReturnType<typeof createSseParser>,
  { signal, silenceMs = SILENCE_MS }: StreamOptions,
): AsyncGenerator<SseMessage, void, undefined> {
  const stop = () => response.destroy();
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const silent = () => response.destroy(new DeadlineError("the next message", silenceMs));
  response.socket.setTimeout(silenceMs, silent);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) yield* parser.push(chunk);
  } catch (error) {
    if (error instanceof RangeError) throw new ContractError(error.message, { cause: error });
    if (error instanceof DeadlineError) throw error;
    throw new UnreachableError("the stream broke off", { cause: error });
  } finally {
    signal?.removeEventListener("abort", stop);
    response.destroy();
  }
}

function parse(messages: Source["messages"], { event: kind, data }: SseMessage): object | undefined {
  const schema = Object.hasOwn(messages, kind) ? messages[kind] : undefined;
  if (!schema) return undefined;
  try {
    return { kind, ...(schema.parse(JSON.parse(data)) as object) };
  } catch (error) {
    throw new ContractError(`a "${kind}" message is not what it should be`, { cause: error });
  }
}

/** A service that refuses the request refuses it again; one that is away or busy comes back. */
function isWorthRetrying(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status >= 500 || error.status === 429;
  return error instanceof UnreachableError || error instanceof DeadlineError;
}
