import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { openPromise } from "./open-promise.ts";
import { PredictorError } from "./predictor-error.ts";

export interface TransportOptions {
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Connections kept open, and requests at a time. */
  readonly connections: number;
  /** Answers larger than this are refused, bytes. */
  readonly mostAnswerBytes: number;
}

/** How long an idle connection is kept; shorter than what servers and balancers usually allow. */
const IDLE_MS = 4_000;
const SHOWN = 200;

/** POSTs JSON to one address over kept connections. */
export class HttpTransport {
  readonly #url: URL;
  readonly #options: TransportOptions;
  readonly #agent: HttpAgent;

  /** @throws TypeError when the address is none, or not http(s) */
  constructor(options: TransportOptions) {
    this.#url = new URL(options.url);
    this.#options = options;
    if (!["http:", "https:"].includes(this.#url.protocol))
      throw new TypeError(`not an http address: ${this.#url.protocol}`);
    const kept = {
      keepAlive: true,
      maxSockets: options.connections,
      maxFreeSockets: options.connections,
      timeout: IDLE_MS,
    };
    this.#agent = this.#url.protocol === "https:" ? new HttpsAgent(kept) : new HttpAgent(kept);
  }

  /**
   * @param deadline aborts when time is up   @param signal aborts when the caller no longer needs the answer
   * @returns the body of a 200   @throws PredictorError `unreachable`, `timeout`, `status` or `invalid`; the signal's
   * reason
   */
  async post(body: string, deadline: AbortSignal, signal: AbortSignal): Promise<string> {
    try {
      const response = await this.#send(body, AbortSignal.any([deadline, signal]));
      const text = await this.#textOf(response);
      if (response.statusCode === 200) return text;
      throw new StatusError(response.statusCode ?? 0, text.slice(0, SHOWN));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (deadline.aborted)
        throw new PredictorError("timeout", "no complete answer within the deadline", { cause: error });
      if (error instanceof PredictorError) throw error;
      const why = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
      throw new PredictorError("unreachable", `the connection failed: ${why ?? "unknown"}`, { cause: error });
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = openPromise<IncomingMessage>();
    const { apiKey } = this.#options;
    const send = this.#url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(this.#url, {
      method: "POST",
      agent: this.#agent,
      signal,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        "content-length": Buffer.byteLength(body),
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
      },
    });
    request.once("response", resolve);
    // Stays on: a request that was answered may still break, and an error without a listener ends the process.
    request.on("error", reject);
    request.end(body);
    return promise;
  }

  async #textOf(response: IncomingMessage): Promise<string> {
    const { mostAnswerBytes } = this.#options;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Leaving the loop destroys the response, so nothing more is read.
      if (bytes > mostAnswerBytes)
        throw new PredictorError("invalid", `the answer has more than ${mostAnswerBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }
}

/** An answer other than 200. */
export class StatusError extends PredictorError {
  readonly status: number;

  constructor(status: number, body: string) {
    super("status", `the server answered ${status}${body === "" ? "" : `: ${body}`}`);
    this.status = status;
  }
}
