import { once } from "node:events";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ContractServer, startContractServer } from "@touchline/client/testing";
import type { MatchEvent, MatchEventInput } from "@touchline/domain";
import { run } from "../testing/run-cli.ts";

const SAMPLES = fileURLToPath(new URL("../../../../packages/feeds/src/", import.meta.url));
const F24 = join(SAMPLES, "opta/samples/f24.xml");
const F7 = join(SAMPLES, "opta/samples/f7.xml");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "touchline-ingest-"));
});
afterAll(() => rm(folder, { recursive: true }));

let server: ContractServer;
beforeEach(async () => {
  server = await startContractServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const ingest = (args: string[], options: Parameters<typeof run>[1] = {}) =>
  run(["ingest", ...args, "--url", server.url], options);

/** Every event that reached the service, in order. */
function arrived(): readonly MatchEvent[] {
  return server.taken;
}

/** An API-Football answer with these minutes of goals by the home side. */
function answer(minutes: readonly number[], status = "1H"): string {
  const events = minutes.map((elapsed) => ({
    time: { elapsed, extra: null },
    team: { id: 11 },
    player: { id: 100 + elapsed },
    assist: { id: null },
    type: "Goal",
    detail: "Normal Goal",
  }));
  return JSON.stringify({
    errors: [],
    response: [
      {
        fixture: { id: 5, date: "2024-05-04T14:00:00Z", status: { short: status, elapsed: 30 } },
        league: { name: "Sample League", season: 2023 },
        teams: { home: { id: 11, name: "Northgate" }, away: { id: 22, name: "Southbay" } },
        events,
      },
    ],
  });
}

/** A provider that answers request after request as told, and then ends the test's command. */
async function provider(answers: readonly ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const end = new AbortController();
  const seen: IncomingMessage[] = [];
  const http = createServer((request, response) => {
    seen.push(request);
    const reply = answers[seen.length - 1];
    if (reply) return reply(request, response);
    response.writeHead(304).end();
    end.abort(new Error("SIGINT"));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/fixtures?live=all&key=secret`,
    seen,
    signal: end.signal,
    async [Symbol.asyncDispose](): Promise<void> {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}
const say =
  (body: string, etag?: string) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "application/json", ...(etag ? { etag } : {}) }).end(body);
  };

describe("touchline ingest", () => {
  it("maps the documents of a match and publishes what they say", async () => {
    const { code, stdout, stderr } = await ingest(["--format", "opta-f24", F24, F7]);
    expect(stdout).toMatch(/^1 matches · 24 accepted · 0 duplicate · 0 rejected · 1 left out as bad\n$/);
    expect(stderr).toContain("f24.xml, event 1023: min: Invalid input");
    expect(stderr).toContain("not mapped, by type: 1 pass: 1");
    expect(code).toBe(1);
    expect(arrived().filter(({ type }) => type === "goal")).toHaveLength(2);
  });

  it("publishes as another match and source where it is told to", async () => {
    await ingest(["--format", "opta-f24", F24, "--match", "final", "--source", "desk"]);
    for (const event of arrived()) expect(event).toMatchObject({ matchId: "final", source: "desk" });
  });

  it("prints the events and nothing else in a dry run", async () => {
    const { code, stdout, stderr } = await ingest(["--format", "api-football", "-", "--dry-run"], {
      stdin: answer([12]),
    });
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as MatchEventInput);
    expect(events.map(({ type }) => type)).toEqual(["fixture", "period_start", "goal"]);
    // What the format lacks is said, or corners would settle as if there had been none.
    expect(events[0]?.payload).toMatchObject({
      coverage: ["goals", "scorers", "cards", "penalties", "substitutions", "prices"],
    });
    expect(stderr).toContain("1 matches · 0 accepted");
    expect(code).toBe(0);
    expect(server.requests).toHaveLength(0);
  });

  it("counts for machines", async () => {
    const { stdout } = await ingest(["--format", "api-football", "-", "--json"], { stdin: answer([12]) });
    expect(JSON.parse(stdout)).toEqual({
      readings: 1,
      matches: 1,
      accepted: 3,
      duplicate: 0,
      rejected: 0,
      faults: 0,
      unmapped: {},
    });
  });

  it("publishes a score-only feed as goals without scorer and minute", async () => {
    const file = join(SAMPLES, "football-data/samples/matches.json");
    await ingest(["--format", "football-data", file]);
    const goals = arrived().filter(({ matchId, type }) => matchId === "football-data__4" && type === "goal");
    expect(goals.map(({ id }) => id)).toEqual([
      "goal-home-first_half-1",
      "goal-away-first_half-1",
      "goal-home-second_half-1",
    ]);
  });

  it("names the bad line with its file, and reads the rest", async () => {
    const file = join(folder, "feed.ndjson");
    const corner = { type: "corner", period: "1H", minute: 3, team: "home", payload: {} };
    const message = { match_id: "m1", kind: "event", recv_ms: 1, sent_ms: 1, action: "insert", version: 1 };
    const line = (id: string): string => JSON.stringify({ ...message, event_id: id, event: corner });
    await writeFile(file, `${line("a")}\nnot json\n${line("b")}\n`);
    const { code, stdout, stderr } = await ingest(["--format", "incident", file, "--kickoff", "2024-05-04T14:00:00Z"]);
    expect(stderr).toContain(`left out ${file}, line 2: the line is not JSON`);
    expect(stdout).toContain("2 accepted");
    expect(code).toBe(1);
  });

  it.each([
    [["x.json"], "--format <name> says what it is: statsbomb, "],
    [["--format", "teletext", "x"], 'no format "teletext"; there are statsbomb, '],
    [["--format", "api-football"], "the file or address is missing"],
    [["--format", "api-football", "x", "--every", "1d"], "--every must be a"],
    [["--format", "api-football", "x", "--every", "5ms"], "--every must be a time from 100ms to 1h"],
    [["--format", "api-football", "x", "--match", "sr:match:1"], "--match must start with"],
    [["--format", "api-football", "x", "--kickoff", "2024-05-04T14:00"], "--kickoff must be a time with a zone"],
    [["--format", "api-football", "-", "--follow"], "--follow cannot read standard input again"],
    [["--format", "api-football", "x", "--header", "key"], '--header must be "name: value"'],
  ])("does not understand %j", async (args, reason) => {
    const { code, stderr } = await ingest(args);
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
  });

  it("says which file is not what it should be", async () => {
    const { code, stderr } = await ingest(["--format", "opta-f24", F7]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `touchline ingest: ${F7}: no F24 among them, no Game in Games\n`,
    });
  });
});

describe("touchline ingest --follow", () => {
  const FOLLOW = ["--format", "api-football", "--follow", "--every", "100ms"];

  it("publishes of each answer what is new, changed or gone, and asks with the ETag of the last", async () => {
    await using feed = await provider([
      say(answer([10, 20]), '"1"'),
      (request, response) => {
        expect(request.headers["if-none-match"]).toBe('"1"');
        response.writeHead(304).end();
      },
      say(answer([10, 20]), '"2"'),
      say(answer([10, 21]), '"3"'),
      say(answer([10], "HT"), '"4"'),
    ]);
    const { stderr } = await ingest([...FOLLOW, feed.url], { signal: feed.signal });
    const goals = arrived().filter(({ type }) => type === "goal");
    expect(goals.map(({ id, minute, retracted }) => [id, minute, retracted])).toEqual([
      ["goal-home-first_half-1", 9, false],
      ["goal-home-first_half-2", 19, false],
      ["goal-home-first_half-2", 20, false],
      ["goal-home-first_half-2", 20, true],
    ]);
    const revisions = goals.slice(1).map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
    expect(arrived().filter(({ type }) => type === "period_end")).toHaveLength(1);
    // The same list under another ETag, and the unchanged one, are not published again.
    expect(server.requests).toHaveLength(3);
    expect(stderr).toContain("reading 1: 1 matches");
    expect(feed.seen.at(-1)?.headers["if-none-match"]).toBe('"4"');
  });

  it("waits and goes on when the feed fails, or sends half an answer, and tells no key", async () => {
    await using feed = await provider([
      (_request, response) => response.writeHead(503, { "retry-after": "0" }).end(),
      (request) => request.socket.destroy(),
      say('{"response":['),
      say(answer([10])),
    ]);
    const { stderr } = await ingest([...FOLLOW, feed.url], { signal: feed.signal });
    expect(stderr).toContain("/fixtures answered 503; next try in 0.2 s");
    expect(stderr).toMatch(/cannot read http.*; next try in 0\.4 s/);
    expect(stderr).toContain("is not JSON");
    expect(stderr).not.toContain("secret");
    expect(arrived().filter(({ type }) => type === "goal")).toHaveLength(1);
  });

  it("publishes again what did not arrive while the service was away", async () => {
    await using feed = await provider([say(answer([10])), say(answer([10]))]);
    let refused = false;
    server.intercept = (_request, response) => {
      if (refused) return false;
      refused = true;
      response.writeHead(500, { "content-type": "application/problem+json" }).end('{"title":"Broken","status":500}');
      return true;
    };
    await ingest([...FOLLOW, feed.url], { signal: feed.signal });
    expect(server.requests).toHaveLength(2);
    expect(arrived().filter(({ type }) => type === "goal")).toHaveLength(1);
  });

  it("ends when the address is wrong", async () => {
    await using feed = await provider([(_request, response) => response.writeHead(404).end()]);
    const { code, stderr } = await ingest([...FOLLOW, feed.url]);
    expect(stderr).toContain("/fixtures answered 404");
    expect(code).toBe(1);
  });

  it("sends the provider's key", async () => {
    await using feed = await provider([say(answer([10]))]);
    await ingest([...FOLLOW, feed.url, "--header", "x-apisports-key: k1"], { signal: feed.signal });
    expect(feed.seen[0]?.headers["x-apisports-key"]).toBe("k1");
  });

  it("reads a file that grows", async () => {
    const file = join(folder, "growing.ndjson");
    const corner = { type: "corner", period: "1H", minute: 3, team: "home", payload: {} };
    const line = (id: string): string =>
      `${JSON.stringify({ match_id: "m1", kind: "event", recv_ms: 1, sent_ms: 1, action: "insert", version: 1, event_id: id, event: corner })}\n`;
    await writeFile(file, line("a"));
    const end = new AbortController();
    server.intercept = () => {
      if (server.requests.length === 1) void appendFile(file, line("b"));
      else end.abort(new Error("SIGINT"));
      return false;
    };
    await ingest(["--format", "incident", file, "--follow", "--every", "100ms", "--kickoff", "2024-05-04T14:00:00Z"], {
      signal: end.signal,
    });
    expect(arrived().map(({ id }) => id)).toEqual(["a", "b"]);
  });
});
