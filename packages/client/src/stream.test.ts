import type { ServerResponse } from "node:http";
import type { StreamMessage } from "@touchline/contract";
import type { MatchEventInput } from "@touchline/domain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "./client.ts";
import { ContractError, ProblemError, UnreachableError } from "./errors.ts";
import { type ContractServer, problem, startContractServer } from "./testing/contract-server.ts";

let server: ContractServer;
beforeEach(async () => {
  server = await startContractServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const client = () => createClient({ url: server.url });
const fixture = { home: "A", away: "B", kickoff: "2026-05-01T19:00:00Z", competition: "C" };

function event(id: number, type = "corner"): MatchEventInput {
  return {
    id: `e${id}`,
    source: "test",
    matchId: "m1",
    sequence: id,
    type,
    occurredAt: "2026-05-01T19:10:00Z",
    period: "first_half",
    minute: 10,
    team: "home",
  };
}

/** Reads `count` messages; `opened` resolves when the subscription is open. */
function follow(count: number, options: { lastEventId?: string } = {}) {
  const opened = Promise.withResolvers<void>();
  const stop = new AbortController();
  async function read(): Promise<StreamMessage[]> {
    const messages: StreamMessage[] = [];
    const stream = client().stream("m1", {
      ...options,
      signal: stop.signal,
      onOpen: () => opened.resolve(),
    });
    for await (const message of stream) if (messages.push(message) === count) stop.abort();
    return messages;
  }
  return { opened: opened.promise, messages: read() };
}

const answerEveryStream = (answer: (response: ServerResponse) => void) => {
  let connections = 0;
  server.intercept = (request, response) => {
    if (!request.path.endsWith("/stream")) return false;
    connections++;
    answer(response);
    return true;
  };
  return () => connections;
};

describe("following a match", () => {
  it("sees what is published after the subscription is open, in order", async () => {
    await client().registerMatch("m1", fixture);
    const { opened, messages } = follow(4);
    await opened;
    await client().publish([event(1), event(2, "goal")]);
    const seen = await messages;
    expect(seen.map(({ kind, n }) => [n, kind])).toEqual([
      [1, "touched"],
      [2, "refreshed"],
      [3, "touched"],
      [4, "settled"],
    ]);
    expect(seen[0]).toMatchObject({ version: 1, event: { id: "e1", type: "corner", team: "home" } });
  });

  it("resumes after the message it names", async () => {
    await client().publish([event(1), event(2)]);
    const { messages } = follow(2, { lastEventId: "2" });
    expect((await messages).map(({ n }) => n)).toEqual([3, 4]);
  });

  it("reconnects where it was cut off, and misses nothing", async () => {
    await client().registerMatch("m1", fixture);
    const { opened, messages } = follow(4);
    await opened;
    await client().publish(event(1));
    server.dropStreams();
    await client().publish(event(2));
    expect((await messages).map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  });

  it("resumes from where the subscription began when it is cut off before the first message", async () => {
    const asked: (string | undefined)[] = [];
    server.intercept = ({ path, headers }, response) => {
      if (!path.endsWith("/stream")) return false;
      asked.push(headers["last-event-id"]?.toString());
      response.writeHead(asked.length === 1 ? 200 : 204, { "content-type": "text/event-stream" });
      response.end(asked.length === 1 ? "id: 7\n\n" : undefined);
      return true;
    };
    await client().stream("m1").next();
    expect(asked).toEqual([undefined, "7"]);
  });

  it("passes on that messages are gone for good", async () => {
    answerEveryStream((response) => {
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .write('event: gap\ndata: {"matchId":"m1","after":3,"next":9}\n\n');
    });
    const { value } = await client().stream("m1").next();
    expect(value).toMatchObject({ kind: "gap", after: 3, next: 9 });
  });

  it("passes on that the history has changed, resumes in the new one, and forgets the answers of the old one", async () => {
    const asked: (string | undefined)[] = [];
    const conditions: (string | undefined)[] = [];
    const epoch = "0123456789abcdef";
    server.intercept = ({ path, headers }, response) => {
      if (path.endsWith("/predictions")) {
        conditions.push(headers["if-none-match"]);
        return false;
      }
      if (!path.endsWith("/stream")) return false;
      asked.push(headers["last-event-id"]?.toString());
      const data = JSON.stringify({ matchId: "m1", epoch, n: 4, version: 3, reason: "history_changed" });
      response.writeHead(asked.length === 1 ? 200 : 204, { "content-type": "text/event-stream" });
      response.end(asked.length === 1 ? `event: reset\nid: ${epoch}.4\ndata: ${data}\n\n` : undefined);
      return true;
    };
    const sdk = client();
    await sdk.registerMatch("m1", fixture);
    await sdk.predictions("m1");
    await sdk.predictions("m1");
    const stream = sdk.stream("m1", { lastEventId: "fedcba9876543210.9" });
    expect((await stream.next()).value).toMatchObject({ kind: "reset", epoch, n: 4, version: 3 });
    await sdk.predictions("m1");
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(asked).toEqual(["fedcba9876543210.9", `${epoch}.4`]);
    expect(conditions.map((condition) => condition !== undefined)).toEqual([false, true, false]);
  });

  it("ends without an error when the caller has enough", async () => {
    await client().registerMatch("m1", fixture);
    const stop = new AbortController();
    const stream = client().stream("m1", { signal: stop.signal, onOpen: () => stop.abort() });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("ends when the service has nothing more to say", async () => {
    const connections = answerEveryStream((response) => response.writeHead(204).end());
    expect(await client().stream("m1").next()).toEqual({ done: true, value: undefined });
    expect(connections()).toBe(1);
  });
});

describe("following all matches", () => {
  const sent = (id: string, kind: string, data: object) =>
    `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
  const opening = { reason: "open", matches: [{ matchId: "m1", version: 3, status: "live" }], complete: true };
  const refreshed = { matchId: "m1", n: 4, seen: 3, variant: "default", markets: {}, computeMs: 1 };

  it("begins with where every match stands, and goes on with the messages of each", async () => {
    server.intercept = ({ path }, response) => {
      if (path !== "/v1/stream") return false;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(sent("e.0", "reset", opening));
      response.write('event: watermark\ndata: {"status":"caught_up","seconds":0}\n\n');
      response.write(sent("e.1", "refreshed", refreshed));
      return true;
    };
    const seen = [];
    for await (const message of client().streamAll()) {
      if (message.kind === "reset" && message.matchId === undefined)
        seen.push(message.matches.map(({ matchId, version }) => `${matchId} ${version}`));
      else if (message.kind === "watermark") seen.push(message.status);
      else seen.push(`${message.kind} ${message.matchId}`);
      if (message.kind === "refreshed") break;
    }
    expect(seen).toEqual([["m1 3"], "caught_up", "refreshed m1"]);
  });

  it("resumes after the last message, and forgets the answers of every match when it begins anew", async () => {
    const asked: (string | undefined)[] = [];
    const conditions: (string | undefined)[] = [];
    server.intercept = ({ path, headers }, response) => {
      if (path.endsWith("/predictions")) conditions.push(headers["if-none-match"]);
      if (path !== "/v1/stream") return false;
      asked.push(headers["last-event-id"]?.toString());
      const answers = [sent("e.1", "refreshed", refreshed), sent("f.9", "reset", { ...opening, reason: "gap" })];
      const answer = answers[asked.length - 1];
      response.writeHead(answer ? 200 : 204, { "content-type": "text/event-stream" }).end(answer);
      return true;
    };
    const sdk = client();
    await sdk.registerMatch("m1", fixture);
    await sdk.predictions("m1");
    const stream = sdk.streamAll({ lastEventId: "e.0" });
    expect((await stream.next()).value).toMatchObject({ kind: "refreshed", n: 4 });
    await sdk.predictions("m1");
    expect((await stream.next()).value).toMatchObject({ kind: "reset", reason: "gap" });
    await sdk.predictions("m1");
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(asked).toEqual(["e.0", "e.1", "f.9"]);
    expect(conditions.map((condition) => condition !== undefined)).toEqual([false, true, false]);
  });

  it("keeps the answers of other matches when one begins anew", async () => {
    const conditions: [path: string, conditional: boolean][] = [];
    server.intercept = ({ path, headers }, response) => {
      if (path.endsWith("/predictions")) conditions.push([path, headers["if-none-match"] !== undefined]);
      if (path !== "/v1/stream") return false;
      const data = { matchId: "m1", epoch: "0123456789abcdef", n: 4, reason: "history_changed" };
      response.writeHead(200, { "content-type": "text/event-stream" }).write(sent("e.1", "reset", data));
      return true;
    };
    const sdk = client();
    for (const id of ["m1", "m2"]) {
      await sdk.registerMatch(id, fixture);
      await sdk.predictions(id);
    }
    const stream = sdk.streamAll();
    await stream.next();
    await stream.return();
    for (const id of ["m1", "m2"]) await sdk.predictions(id);
    expect(conditions.slice(2)).toEqual([
      ["/v1/matches/m1/predictions", false],
      ["/v1/matches/m2/predictions", true],
    ]);
  });
});

describe("a stream that fails", () => {
  it("says why at once when the service refuses", async () => {
    await expect(client().stream("nope").next()).rejects.toMatchObject({ status: 404 });
    await expect(client().stream("nope").next()).rejects.toBeInstanceOf(ProblemError);
  });

  it("gives up after so many failures in a row", async () => {
    const connections = answerEveryStream((response) => problem(response, 503, "Busy"));
    await expect(client().stream("m1", { maxAttempts: 3 }).next()).rejects.toMatchObject({ status: 503 });
    expect(connections()).toBe(3);
  });

  it("gives up on a service that accepts and closes, again and again", async () => {
    const connections = answerEveryStream((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).end(": hello\n\n");
    });
    const stream = client().stream("m1", { maxAttempts: 3 });
    await expect(stream.next()).rejects.toBeInstanceOf(UnreachableError);
    expect(connections()).toBe(3);
  });

  it("takes silence for a lost connection", async () => {
    const connections = answerEveryStream((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": hello\n\n");
    });
    const stream = client().stream("m1", { maxAttempts: 2, silenceMs: 20 });
    await expect(stream.next()).rejects.toMatchObject({ name: "DeadlineError" });
    expect(connections()).toBe(2);
  });

  it("does not take anything but an event stream for one", async () => {
    answerEveryStream((response) => response.writeHead(200, { "content-type": "text/html" }).end("hi"));
    await expect(client().stream("m1").next()).rejects.toBeInstanceOf(ContractError);
  });

  it("skips kinds it does not know, and refuses a known one that is broken", async () => {
    answerEveryStream((response) => {
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .write('event: weather\ndata: {}\n\nevent: touched\ndata: {"n":1}\n\n');
    });
    await expect(client().stream("m1").next()).rejects.toThrow('a "touched" message');
  });
});
