import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { ContractError, DeadlineError, UnreachableError } from "./errors.ts";

export interface Request {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Path with query, from the root of the service. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Transport {
  /** One exchange, body included, within the deadline. */
  send(request: Request): Promise<Answer>;
  /** Waits for the head of an answer only; the caller reads, and ends, what follows. */
  open(request: Request): Promise<IncomingMessage>;
  /** Reads the rest of an opened answer, within a deadline of its own. */
  drain(response: IncomingMessage): Promise<Answer>;
}

const MAX_SOCKETS = 32;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * HTTP on Node's own client rather than `fetch`: with `If-None-Match`, `fetch` adds `Cache-Control: no-cache`,
 * which asks this service to wait for a recomputation.
 */
export function createTransport(url: URL, headers: Readonly<Record<string, string>>, deadlineMs: number): Transport {
  const secure = url.protocol === "https:";
  const request = secure ? httpsRequest : httpRequest;
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const base = url.pathname.replace(/\/$/, "");

  /** @param pooled false for answers that last: they would keep a socket from everybody else */
  function start(what: Request, signal: AbortSignal, pooled: boolean): Promise<IncomingMessage> {
    const outgoing = request(new URL(base + what.path, url), {
      method: what.method,
      agent: pooled ? agent : false,
      signal,
      headers: {
        ...headers,
        ...what.headers,
        ...(what.body === undefined ? {} : { "content-length": Buffer.byteLength(what.body) }),
      },
    });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once("response", resolve);
      outgoing.once("error", (error: NodeJS.ErrnoException) => {
        // A kept connection that the server closed in the same moment says nothing about the server.
        // Every call of this client may be repeated, so it is: on a connection of its own.
        const worn = pooled && outgoing.reusedSocket && error.code === "ECONNRESET";
        if (worn && !signal.aborted) start(what, signal, false).then(resolve, reject);
        else reject(error);
      });
    });
    outgoing.end(what.body);
    return response;
  }

  async function within<T>(
    what: string,
    outer: AbortSignal | undefined,
    step: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      return await step(outer ? AbortSignal.any([outer, deadline]) : deadline);
    } catch (error) {
      if (outer?.aborted) throw outer.reason;
      if (deadline.aborted) throw new DeadlineError(what, deadlineMs);
      if (error instanceof ContractError) throw error;
      throw new UnreachableError(`${what} failed: ${reasonOf(error)}`, { cause: error });
    }
  }

  return {
    send: (what) =>
      within(`${what.method} ${what.path}`, what.signal, async (signal) => readAll(await start(what, signal, true))),
    // The deadline is for the head alone: it must not end a stream that goes on for a whole match.
    open: (what) =>
      within(`${what.method} ${what.path}`, what.signal, async (signal) => {
        const body = new AbortController();
        const cancel = () => body.abort(signal.reason);
        signal.addEventListener("abort", cancel, { once: true });
        const response = await start(what, body.signal, false);
        signal.removeEventListener("abort", cancel);
        return response;
      }),
    drain: (response) =>
      within("reading the answer", undefined, async (signal) => {
        const cancel = () => response.destroy(new Error("too slow"));
        signal.addEventListener("abort", cancel, { once: true });
        return readAll(response);
      }),
  };
}

async function readAll(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new ContractError(`answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An address that resolves to several gives an AggregateError with an empty message.
  return error.message || ("code" in error ? String(error.code) : error.name);
}
