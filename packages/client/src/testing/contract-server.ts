import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { EventResult, EventsAnswer, MarketsAnswer, MatchListAnswer } from "@touchline/contract";
import {
  appendEvent,
  CATALOGUE,
  type EventLog,
  Fixture,
  isId,
  MatchEvent,
  parseRow,
  type Snapshot,
  snapshotChanges,
  type SnapshotOf,
  Totals,
} from "@touchline/domain";
import { z } from "zod";
import { createMatchDouble, type MatchDouble, type WireMessage } from "./match-double.ts";

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface ContractServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Every event that reached the service, in order, those that follow from a snapshot included. */
  readonly taken: readonly MatchEvent[];
  log(matchId: string): EventLog;
  match(matchId: string): MatchDouble;
  /** Answers the next requests by itself; returns false to leave one to the server. */
  intercept: ((request: SeenRequest, response: ServerResponse) => boolean) | undefined;
  /** Whether events are followed by a refresh at once. Default true. */
  refreshing: boolean;
  /** Markets whose predictions come out equal, and are therefore not announced. */
  equal: ReadonlySet<string>;
  /** Breaks every open stream off. */
  dropStreams(): void;
}

/** A small real server that speaks the service's contract, on a free port of the loopback interface. */
export async function startContractServer(): Promise<ContractServer> {
  const matches = new Map<string, MatchDouble>();
  const streams = new Map<ServerResponse, string>();
  const requests: SeenRequest[] = [];
  const taken: MatchEvent[] = [];

  function matchOf(matchId: string): MatchDouble {
    const known = matches.get(matchId);
    if (known) return known;
    const match = createMatchDouble(matchId, (message) => {
      for (const [response, id] of streams) if (id === matchId) response.write(wire(message));
    });
    matches.set(matchId, match);
    return match;
  }

  function publish(body: string, contentType: string): EventResult[] {
    const parsed: unknown = contentType.includes("ndjson")
      ? body.split("\n").flatMap((line): unknown[] => (line === "" ? [] : [JSON.parse(line)]))
      : JSON.parse(body);
    return (Array.isArray(parsed) ? parsed : [parsed]).map((input: unknown, index) => {
      const event = MatchEvent.safeParse(input);
      if (!event.success)
        return {
          index,
          status: "rejected",
          problem: {
            type: "/problems/invalid_event",
            title: "Invalid event",
            status: 400,
            errors: event.error.issues.map(({ path, message }) => ({
              path: path.join("."),
              message,
            })),
          },
        };
      const { id, source, matchId } = event.data;
      return { index, status: take(event.data), id, source, matchId };
    });
  }

  /** Takes a complete list, or totals, of a source as the service does, at once. */
  function put(key: SnapshotOf, snapshot: Snapshot): object {
    const at = new Date().toISOString();
    const { added, revised, retracted, unchanged } = snapshotChanges(server.log(key.matchId), snapshot, key, at);
    for (const event of [...retracted, ...revised, ...added]) take(event);
    const idsOf = (events: readonly MatchEvent[]): string[] => events.map(({ id }) => id);
    const changes = { added: idsOf(added), revised: idsOf(revised), retracted: idsOf(retracted), unchanged };
    return { ...key, status: "accepted", asOf: at, ...changes };
  }

  function take(event: MatchEvent): EventResult["status"] {
    const match = matchOf(event.matchId);
    taken.push(event);
    const status = match.apply(event);
    if (server.refreshing) match.refresh(server.equal);
    return status;
  }

  function stream(request: SeenRequest, response: ServerResponse, matchId: string): void {
    const match = matches.get(matchId);
    if (!match) return problem(response, 404, "Unknown match");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": subscribed\n\n");
    const last = Number(request.headers["last-event-id"] ?? match.messages.length);
    for (const message of match.messages) if (message.n > last) response.write(wire(message));
    streams.set(response, matchId);
    response.once("close", () => streams.delete(response));
  }

  function answer(request: SeenRequest, response: ServerResponse): void {
    const url = new URL(request.path, "http://localhost");
    const [, , root = "", id = "", leaf = ""] = url.pathname.split("/");
    if (root === "events") {
      const results = publish(request.body, request.headers["content-type"] ?? "");
      const count = (status: EventResult["status"]) => results.filter((result) => result.status === status).length;
      const counts = { accepted: count("accepted"), duplicate: count("duplicate"), conflict: 0 };
      return json(response, 202, { ...counts, rejected: count("rejected"), results } satisfies EventsAnswer);
    }
    if (root === "markets")
      return json(response, 200, {
        graphVersion: "double",
        variants: [],
        markets: CATALOGUE.map(({ id: market, name, category, outcomes, primitive, aliases }) => ({
          id: market,
          name,
          category,
          outcomes: [...outcomes],
          primitive,
          reads: ["score"],
          readsBySeverity: { hard: ["score"], soft: [] },
          coverage: ["goals"],
          settlement: "",
          aliases: { ...aliases },
        })),
      } satisfies MarketsAnswer);
    if (id === "")
      return json(response, 200, {
        matches: [...matches.values()].map((match) => match.listed()),
        next: null,
      } satisfies MatchListAnswer);
    if (!isId(id)) return problem(response, 400, "Invalid match id");
    if (leaf === "stream") return stream(request, response, id);
    if (request.method === "PUT" && (leaf === "events" || leaf === "totals")) {
      const key = { matchId: id, source: url.searchParams.get("source") ?? "" };
      const body: unknown = JSON.parse(request.body);
      if (leaf === "totals") return json(response, 202, put(key, { kind: "totals", totals: Totals.parse(body) }));
      const rows = z
        .array(z.unknown())
        .parse(body)
        .map((row) => parseRow(row, key));
      const bad = rows.findIndex((row) => "error" in row);
      if (bad >= 0) return problem(response, 422, `Unreadable row ${bad}`);
      return json(
        response,
        202,
        put(key, { kind: "events", rows: rows.flatMap((row) => ("row" in row ? row.row : [])) }),
      );
    }
    if (request.method === "PUT") {
      const fixture = Fixture.safeParse(JSON.parse(request.body));
      if (!fixture.success) return problem(response, 422, "Invalid fixture");
      const known = matches.has(id);
      return json(response, known ? 200 : 201, matchOf(id).page());
    }
    const match = matches.get(id);
    if (!match) return problem(response, 404, "Unknown match");
    if (leaf !== "predictions") return json(response, 200, match.page());
    const body = match.predictions(url.searchParams.get("markets")?.split(","));
    const etag = `"${createHash("sha1").update(JSON.stringify(body)).digest("hex")}"`;
    if (request.headers["if-none-match"] === etag) {
      response.writeHead(304, { etag }).end();
      return undefined;
    }
    return json(response, 200, body, { etag });
  }

  const http = createServer((incoming, response) => {
    void readText(incoming).then((body) => {
      const { method = "GET", url: path = "/", headers } = incoming;
      const request = { method, path, headers, body };
      requests.push(request);
      if (server.intercept?.(request, response)) return;
      try {
        answer(request, response);
      } catch (error) {
        problem(response, 500, String(error));
      }
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");

  const server: ContractServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    taken,
    log: (matchId) => taken.filter((event) => event.matchId === matchId).reduce<EventLog>(appendEvent, new Map()),
    match: matchOf,
    intercept: undefined,
    refreshing: true,
    equal: new Set(),
    dropStreams() {
      for (const response of streams.keys()) response.destroy();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(http, "close");
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
  return server;
}

export function problem(response: ServerResponse, status: number, title: string): void {
  response
    .writeHead(status, { "content-type": "application/problem+json" })
    .end(JSON.stringify({ type: "/problems/test", status, title }));
}

export function wire({ n, kind, data }: WireMessage): string {
  return `id: ${n}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
