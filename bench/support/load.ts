import { connect, type Socket } from "node:net";
import { percentile } from "./statistics.ts";

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  /** How long the load lasts; it stops by itself. */
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were neither 200 nor 304, and broken connections. */
  readonly errors: number;
}

/**
 * Asks for one URL over kept connections, one request at a time on each, and measures every answer. Speaks just enough
 * HTTP to be much faster than the server it measures: an ordinary client would be what is measured.
 */
export async function load({ url, connections, seconds, headers = {} }: LoadOptions): Promise<LoadResult> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map((pair) => pair.join(": ")),
  ];
  const question = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  const until = performance.now() + seconds * 1000;
  const lanes = await Promise.all(
    Array.from({ length: connections }, async () => new Lane(connect(Number(port), hostname), question, until).run()),
  );
  const durations = lanes.flatMap((lane) => lane.durations);
  return {
    requestsPerSecond: durations.length / seconds,
    p50Ms: percentile(durations, 0.5),
    p99Ms: percentile(durations, 0.99),
    errors: lanes.reduce((sum, lane) => sum + lane.errors, 0),
  };
}

interface LaneResult {
  readonly durations: readonly number[];
  readonly errors: number;
}

const END_OF_HEADERS = Buffer.from("\r\n\r\n");
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;

/** One connection that asks again as soon as it has its answer. */
class Lane {
  readonly #socket: Socket;
  readonly #question: Buffer;
  readonly #until: number;
  readonly #durations: number[] = [];
  #errors = 0;
  #received = Buffer.alloc(0);
  #askedAt = 0;

  constructor(socket: Socket, question: Buffer, until: number) {
    this.#socket = socket.setNoDelay(true);
    this.#question = question;
    this.#until = until;
  }

  async run(): Promise<LaneResult> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.on("connect", () => this.#ask());
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#socket.on("error", () => this.#errors++);
    this.#socket.on("close", () => resolve());
    await promise;
    return { durations: this.#durations, errors: this.#errors };
  }

  #ask(): void {
    if (performance.now() >= this.#until) {
      this.#socket.destroy();
      return;
    }
    this.#askedAt = performance.now();
    this.#socket.write(this.#question);
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(END_OF_HEADERS);
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    const status = Number(head.slice(9, 12));
    const length = status === 304 ? 0 : Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + END_OF_HEADERS.length + length) return;
    this.#received = Buffer.alloc(0);
    this.#durations.push(performance.now() - this.#askedAt);
    if (status !== 200 && status !== 304) this.#errors++;
    this.#ask();
  }
}
