import { EMPTY_STATE } from "@touchline/domain";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type BuiltinPredictor, shippedPredictor } from "@touchline/model";
import type { MatchRequest, ModelRequest } from "../http/http-predictor-request.ts";

/** What the server does with one request it has read. */
export type Behaviour = (request: ModelRequest, response: ServerResponse, raw: IncomingMessage) => void;

/** A real HTTP server whose behaviour each test sets. */
export class ModelServer implements AsyncDisposable {
  readonly requests: ModelRequest[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  behave: Behaviour = truthful;
  /** Where it listens; the port stays the same over `stop` and `start`. */
  url = "";
  #server: Server | undefined;
  #port = 0;
  #waiters: (() => void)[] = [];

  static async started(): Promise<ModelServer> {
    const server = new ModelServer();
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    this.#server = createServer((raw, response) => void this.#take(raw, response));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.#port}/predict`;
  }

  /** Ends as a killed process does: connections break, the port is closed. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server?.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Resolves once so many requests have been read. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #take(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    // It has no manifest.
    if (raw.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    const body = await text(raw).catch(() => undefined);
    if (body === undefined) return;
    const request = JSON.parse(body) as ModelRequest;
    this.requests.push(request);
    this.headers.push(raw.headers);
    for (const wake of this.#waiters.splice(0)) wake();
    this.behave(request, response, raw);
  }
}

const builtin: BuiltinPredictor = shippedPredictor();

/** Answers with the built-in model's predictions. */
export const truthful: Behaviour = (request, response) => reply(response, answerOf(request));

export function reply(response: ServerResponse, answer: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

export interface Answer {
  readonly format: "touchline-prediction-answer";
  readonly version: 1;
  predictions: AnsweredMatch[];
}

interface AnsweredMatch {
  matchId: string;
  blends: {
    blend: string;
    markets: Record<string, { probabilities: Record<string, number>; driftSeconds?: number | null }>;
  }[];
}

/** The built-in model's answer, for tests to spoil. */
export function answerOf({ requests }: ModelRequest): Answer {
  return { format: "touchline-prediction-answer", version: 1, predictions: requests.map(answerOfMatch) };
}

function answerOfMatch({ matchId, state = EMPTY_STATE, clock, markets, blends }: MatchRequest): AnsweredMatch {
  const outcomes = new Map(markets.map((market) => [market.id, market.outcomes]));
  return {
    matchId,
    blends: blends.map(({ blend, markets: ids }) => {
      const variant = blend === "market" ? "market-blend" : "default";
      const prices = builtin
        .predictNow({ matchId, state, clock, markets: new Map([[variant, ids]]) })
        .markets.get(variant)!;
      return {
        blend,
        markets: Object.fromEntries(
          ids.map((id) => {
            const { probabilities, driftSeconds } = prices.get(id)!;
            const named: Record<string, number> = Object.fromEntries(
              outcomes.get(id)!.map((outcome, index) => [outcome, probabilities[index]!]),
            );
            return [id, { probabilities: named, driftSeconds: Number.isFinite(driftSeconds) ? driftSeconds : null }];
          }),
        ),
      };
    }),
  };
}
