import type { MatchEventInput } from "@touchline/domain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../../../test/setup/patience.ts";
import { createClient } from "./client.ts";
import { ContractError, DeadlineError, ProblemError, UnreachableError } from "./errors.ts";
import { type ContractServer, problem, startContractServer } from "./testing/contract-server.ts";

let server: ContractServer;
beforeEach(async () => {
  server = await startContractServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const fixture = {
  home: "Arsenal",
  away: "Leicester",
  kickoff: "2026-05-01T19:00:00Z",
  competition: "ENG-Premier League",
};

function corner(id: number): MatchEventInput {
  return {
    id: `c${id}`,
    source: "test",
    matchId: "m1",
    sequence: id,
    type: "corner",
    occurredAt: "2026-05-01T19:10:00Z",
    period: "first_half",
    minute: 10,
    team: "home",
  };
}

/** A machine that has no time for the server is no failure of the client. */
const client = (options = {}) => createClient({ url: server.url, deadlineMs: PATIENCE_MS, ...options });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("registering a match", () => {
  it("tells a new one from a known one", async () => {
    expect(await client().registerMatch("m1", fixture)).toEqual({ status: "created", warnings: [] });
    expect(await client().registerMatch("m1", fixture)).toEqual({ status: "updated", warnings: [] });
  });

  it("tries again when the service is busy, since the same words again change nothing", async () => {
    let refusals = 2;
    server.intercept = (_request, response) => {
      if (refusals-- <= 0) return false;
      problem(response, 503, "Not applied yet");
      return true;
    };
    expect(await client().registerMatch("m1", fixture)).toMatchObject({ status: "created" });
    expect(server.requests).toHaveLength(3);
  });

  it("passes on what the service doubts", async () => {
    const warnings = [{ code: "other_fixture", path: "matchId", message: "the match is another one" }];
    await client().registerMatch("m1", fixture);
    const page = await client().match("m1");
    server.intercept = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ ...page, warnings }));
      return true;
    };
    expect(await client().registerMatch("m1", fixture)).toEqual({ status: "updated", warnings });
  });
});

describe("publishing", () => {
  it("sends one event as an object, and says what became of it", async () => {
    expect(await client().publish(corner(1))).toMatchObject({ accepted: 1, rejected: 0 });
    expect(await client().publish(corner(1))).toMatchObject({ accepted: 0, duplicate: 1 });
    expect(server.requests[0]?.headers["content-type"]).toBe("application/json");
  });

  it("sends many as NDJSON, at most 500 a request, and joins the results in order", async () => {
    const events = Array.from({ length: 1_201 }, (_, index) => corner(index));
    const report = await client().publish(events);
    expect(server.requests.map(({ body }) => body.trimEnd().split("\n").length)).toEqual([500, 500, 201]);
    expect(server.requests[0]?.headers["content-type"]).toBe("application/x-ndjson");
    expect(report.results.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  it("reports the rejected among the accepted", async () => {
    const report = await client().publish([corner(1), { ...corner(2), type: "Corner" }]);
    expect(report).toMatchObject({ accepted: 1, rejected: 1 });
    expect(report.results[1]?.problem?.errors?.[0]?.message).toContain("snake_case");
  });

  it("tries again when the service is busy, since an event counts once", async () => {
    let refusals = 2;
    server.intercept = (_request, response) => {
      if (refusals-- <= 0) return false;
      problem(response, 503, "Busy");
      return true;
    };
    expect(await client().publish(corner(1))).toMatchObject({ accepted: 1 });
    expect(server.requests).toHaveLength(3);
  });

  it("does not repeat what was refused for good", async () => {
    server.intercept = (_request, response) => {
      problem(response, 401, "No key");
      return true;
    };
    expect(await failure(client().publish(corner(1)))).toMatchObject({ status: 401 });
    expect(server.requests).toHaveLength(1);
  });

  it("survives a connection that breaks off", async () => {
    server.intercept = (_request, response) => {
      server.intercept = undefined;
      response.destroy();
      return true;
    };
    expect(await client().publish(corner(1))).toMatchObject({ accepted: 1 });
  });
});

describe("reading predictions", () => {
  it("asks again with the last validator, and knows an unchanged answer", async () => {
    await client().publish(corner(1));
    const reader = client();
    const first = await reader.predictions("m1", { markets: ["match_result"] });
    const second = await reader.predictions("m1", { markets: ["match_result"] });
    expect(first.unchanged).toBe(false);
    expect(second).toEqual({ ...first, unchanged: true });
    expect(server.requests.at(-1)?.headers["if-none-match"]).toBe(first.etag);
  });

  it("never asks for a recomputation behind the caller's back", async () => {
    await client().publish(corner(1));
    const reader = client();
    await reader.predictions("m1");
    await reader.predictions("m1");
    for (const { headers } of server.requests) expect(headers).not.toHaveProperty("cache-control");
  });

  it("takes the new answer once something has changed", async () => {
    const reader = client();
    await reader.publish(corner(1));
    await reader.predictions("m1");
    await reader.publish(corner(2));
    expect(await reader.predictions("m1")).toMatchObject({ unchanged: false, version: 2 });
  });

  it("passes the question on", async () => {
    await client().publish(corner(1));
    await client().predictions("m1", {
      markets: ["match_result", "btts"],
      variant: "default",
      category: "goals",
      minVersion: 1,
    });
    const asked = new URL(server.requests.at(-1)?.path ?? "", server.url).searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      markets: "match_result,btts",
      variant: "default",
      category: "goals",
      minVersion: "1",
    });
  });
});

describe("other reads", () => {
  it("list markets and matches, and show one match", async () => {
    await client().publish(corner(1));
    expect((await client().markets()).markets.map(({ id }) => id)).toContain("match_result");
    expect((await client().matches({ status: "live" })).matches).toHaveLength(1);
    expect(server.requests.at(-1)?.path).toBe("/v1/matches?status=live");
    expect(await client().match("m1")).toMatchObject({ matchId: "m1", version: 1 });
  });
});

describe("what can go wrong", () => {
  it("a problem becomes a typed error with all its parts", async () => {
    server.intercept = (_request, response) => {
      const body = {
        type: "/problems/invalid_fixture",
        title: "Invalid fixture",
        status: 422,
        detail: "2 fields",
        errors: [{ path: ["home"], message: "too long" }],
      };
      const headers = { "content-type": "application/problem+json", "retry-after": "7" };
      response.writeHead(422, headers).end(JSON.stringify(body));
      return true;
    };
    const error = await failure(client().registerMatch("m1", fixture));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      type: "/problems/invalid_fixture",
      status: 422,
      detail: "2 fields",
      errors: [{ path: "home", message: "too long" }],
      retryAfterSeconds: 7,
      message: "Invalid fixture: 2 fields",
    });
  });

  it("a proxy's error page is a problem of its status", async () => {
    server.intercept = (_request, response) => {
      response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
      return true;
    };
    expect(await failure(client().match("m1"))).toMatchObject({
      type: "about:blank",
      status: 502,
      detail: "<h1>Bad gateway</h1>",
    });
  });

  it("no answer within the deadline", async () => {
    server.intercept = () => true;
    const error = await failure(client({ deadlineMs: 30 }).match("m1"));
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error).toMatchObject({ message: "GET /v1/matches/m1 did not finish within 30 ms" });
  });

  it("an answer that starts and never ends", async () => {
    server.intercept = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write("{");
      return true;
    };
    expect(await failure(client({ deadlineMs: 30 }).match("m1"))).toBeInstanceOf(DeadlineError);
  });

  it("nobody there", async () => {
    const url = server.url;
    await server[Symbol.asyncDispose]();
    const error = await failure(createClient({ url }).match("m1"));
    server = await startContractServer();
    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toContain("ECONNREFUSED");
  });

  it("an answer of another shape", async () => {
    server.intercept = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"version":"x"}');
      return true;
    };
    const error = await failure(client().match("m1"));
    expect(error).toBeInstanceOf(ContractError);
    expect((error as Error).message).toContain("matchId");
  });

  it("the caller's own signal ends the call with the caller's reason", async () => {
    server.intercept = () => true;
    const reason = new Error("enough");
    expect(await failure(client().match("m1", { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  it("an address that is none is refused at once", () => {
    expect(() => createClient({ url: "localhost:3000" })).toThrow(TypeError);
  });
});

describe("the key", () => {
  it("travels as a bearer token", async () => {
    await client({ apiKey: "secret" }).markets();
    expect(server.requests[0]?.headers.authorization).toBe("Bearer secret");
  });
});
