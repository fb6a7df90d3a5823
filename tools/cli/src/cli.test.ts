import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ContractServer, startContractServer } from "@touchline/client/testing";
import { run } from "./testing/run-cli.ts";

const DATA = fileURLToPath(new URL("../../../data/", import.meta.url));
const COMMANDS = ["replay", "publish", "ingest", "query", "explain", "impact", "markets", "matches", "doctor", "top"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "touchline-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

let server: ContractServer;
beforeEach(async () => {
  server = await startContractServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const call = (...argv: string[]) => run([...argv, "--url", server.url]);

async function fileWith(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const corner = (id: string, more = {}) => ({
  id,
  source: "test",
  matchId: "m1",
  type: "corner",
  occurredAt: "2026-05-01T19:10:00Z",
  period: "first_half",
  minute: 10,
  team: "home",
  ...more,
});

describe("help", () => {
  it("lists the commands", async () => {
    const { code, stdout } = await run(["--help"]);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(stdout).toContain(`\n  ${name}`);
  });

  it.each(COMMANDS)("touchline %s --help says more, and does nothing", async (name) => {
    const { code, stdout, stderr } = await call(name, "-h");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^touchline ${name} `));
    expect(stdout).toContain("--url");
    expect(server.requests).toHaveLength(0);
  });
});

describe("a command line that makes no sense", () => {
  it.each([
    [["replya"], 'no command "replya"; did you mean "replay"?'],
    [["query"], "the match id is missing"],
    [["query", "m1", "m2"], 'unexpected argument "m2"'],
    [["query", "m1", "--min-version", "new"], "--min-version must be a number"],
    [["explain"], "the match id is missing"],
    [["explain", "m1"], "the market is missing"],
    [["explain", "m1", "odd_even", "--limit", "51"], "--limit must be a number from 0 to 50"],
    [["impact", "a.json", "b.json"], 'unexpected argument "b.json"'],
    [["accuracy"], "--data <folder> says where"],
    [["savings"], "--data <folder> says where"],
    [["soundness"], "--data <folder> says where"],
    [["feedcheck"], "--data <file> says where"],
    [["fit", "results.csv"], "--out <file> says where"],
    [["markets", "--colour"], "Unknown option '--colour'"],
    [["query", "m1", "--market", "odd_even"], `Unknown option '--market'; did you mean "markets"?`],
    [["replay", "--speed", "0"], "--speed must be a number from 0.1 to 1000"],
    [["replay", "--as", "a:b"], "--as must be at most"],
    [["replay", "--all", "--match", "m1"], "--all goes neither"],
    [["matches", "--url", "localhost"], "is not an http or https address"],
  ])("%j is refused with code 2 and a hint", async (argv, message) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});

describe("a command that fails", () => {
  it.each([
    [["query", "nope"], "Unknown match (HTTP 404)"],
    [["replay", "/no/such/file"], "cannot read /no/such/file: ENOENT"],
    [["replay", join(DATA, "README.md")], "README.md: line 1 is not JSON"],
    [["replay", join(DATA, "demo.ndjson"), "--match", "x"], "no match x in the file, only wy-"],
    [["publish", "/no/such/file"], "cannot read /no/such/file: ENOENT"],
    [["impact", "/no/such/file"], "cannot read /no/such/file: ENOENT"],
    [["impact", join(DATA, "README.md")], "the input is neither JSON nor NDJSON"],
    [["impact", "-"], "the input is empty"],
    [["publish", DATA], "EISDIR, a file is needed and this is a folder"],
    [["markets", "sheep"], "there is no market sheep"],
    [["markets", "--category", "sheep"], "there is no category sheep, only result, goals,"],
  ])("%j ends with code 1 and one sentence", async (argv, message) => {
    const { code, stderr } = await call(...argv);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  it("asks whether the service runs when nobody answers", async () => {
    const url = server.url;
    await server[Symbol.asyncDispose]();
    const { code, stderr } = await run(["matches"], { env: { TOUCHLINE_URL: url } });
    server = await startContractServer();
    expect(code).toBe(1);
    expect(stderr).toContain("ECONNREFUSED");
    expect(stderr).toContain("--url says where");
  });
});

describe("touchline publish", () => {
  const lines = `${JSON.stringify(corner("c1"))}\n${JSON.stringify(corner("c2"))}\n`;

  it.each([
    ["NDJSON", lines],
    ["NDJSON without a last line end", lines.trimEnd()],
    ["an array", JSON.stringify([corner("c1"), corner("c2")], null, 2)],
  ])("takes %s from a pipe", async (_what, stdin) => {
    const { code, stdout } = await run(["publish", "--url", server.url], { stdin });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "2 accepted · 0 duplicate · 0 rejected\n" });
  });

  it("takes one event over several lines from a file", async () => {
    const file = await fileWith("one.json", JSON.stringify(corner("c1"), null, 2));
    expect((await call("publish", file, "--json")).stdout).toBe(
      '{"accepted":1,"duplicate":0,"conflict":0,"rejected":0,"warnings":0}\n',
    );
  });

  it("names what was rejected, and why", async () => {
    const stdin = `${lines}${JSON.stringify(corner("c3", { team: undefined }))}\n`;
    const { code, stderr } = await run(["publish", "-", "--url", server.url], { stdin });
    expect(code).toBe(1);
    expect(stderr).toBe('line 3 rejected: team: corner needs team "home" or "away"\n');
  });

  it("names the line that is not JSON, by file, and the rest goes on", async () => {
    const bad = `oops\n${lines}`;
    const piped = await run(["publish", "--url", server.url], { stdin: bad });
    expect(piped).toMatchObject({ code: 1, stderr: "line 1 is not JSON\n" });
    expect(piped.stdout).toBe("2 accepted · 0 duplicate · 1 rejected\n");
    const file = await fileWith("bad.ndjson", bad);
    expect((await call("publish", file)).stderr).toBe(`${file}: line 1 is not JSON\n`);
  });

  it.each([
    ["lines", lines],
    ["an array", JSON.stringify([corner("c1"), corner("c2")], null, 2)],
  ])("loses nothing of %s to a byte order mark", async (_what, text) => {
    const { code, stdout } = await run(["publish", "--url", server.url], { stdin: `\u{FEFF}${text}` });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "2 accepted · 0 duplicate · 0 rejected\n" });
  });

  it("prints what was taken without effect, each kind once, and how often it came", async () => {
    const warnings = [{ code: "unknown_type", path: "type", message: "no event type is called crner" }];
    server.intercept = ({ path, body }, response) => {
      if (path !== "/v1/events") return false;
      const results = (JSON.parse(body) as object[]).map((_, index) => ({ index, status: "accepted", warnings }));
      response.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify({ results }));
      return true;
    };
    const { code, stdout, stderr } = await run(["publish", "--url", server.url], { stdin: lines });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "2 accepted · 0 duplicate · 0 rejected · 2 warnings\n" });
    expect(stderr).toBe("line 1 warning: no event type is called crner\n1 times more: no event type is called crner\n");
  });

  it("says why each was rejected where all were", async () => {
    const problem = {
      type: "/problems/invalid_request",
      title: "The request is not valid",
      status: 400,
      errors: [{ path: "team", message: "is missing" }],
    };
    server.intercept = ({ path }, response) => {
      if (path !== "/v1/events") return false;
      const body = {
        type: "/problems/no_event_taken",
        title: "No",
        status: 422,
        results: [{ index: 0, status: "rejected", problem }],
      };
      response.writeHead(422, { "content-type": "application/problem+json" }).end(JSON.stringify(body));
      return true;
    };
    const { code, stderr } = await run(["publish", "--url", server.url], { stdin: JSON.stringify(corner("c1")) });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "line 1 rejected: team: is missing\n" });
  });
});

describe("touchline query", () => {
  it("shows a head line and a table of markets", async () => {
    await run(["publish", "--url", server.url], { stdin: JSON.stringify(corner("c1")) });
    const { stdout } = await call("query", "m1", "--markets", "match_result,corners_over_under_9_5");
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      "m1 · first half 10' · 0–0 · default · version 1 · fresh",
      "MARKET                  STATUS  OUTCOMES",
      "match_result            fresh   home 0.333  draw 0.333  away 0.333",
    ]);
  });

  it("gives machines the whole answer", async () => {
    await run(["publish", "--url", server.url], { stdin: JSON.stringify(corner("c1")) });
    const { stdout } = await call("query", "m1", "--markets", "corners_over_under_9_5", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, markets: { corners_over_under_9_5: { status: "fresh" } } });
  });

  it("watches until it is interrupted", async () => {
    await run(["publish", "--url", server.url], { stdin: JSON.stringify(corner("c1")) });
    const stop = new AbortController();
    server.intercept = ({ path }, response) => {
      if (!path.endsWith("/stream")) return false;
      response.once("close", () => {});
      setImmediate(() => stop.abort());
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": hi\n\n");
      return true;
    };
    const argv = ["query", "m1", "--watch", "--url", server.url];
    expect(await run(argv, { signal: stop.signal })).toMatchObject({ code: 0 });
  });
});

describe("touchline replay", () => {
  it("goes on without a line that is none, which it names with file, line and rule", async () => {
    const text = await readFile(join(DATA, "demo.ndjson"), "utf8");
    const unknown = text.replace(/"player_in":\d+/, '"player_in":null').replace(/"colour":"\w+"/, '"colour":"green"');
    const card = text.slice(0, text.indexOf('"colour"')).split("\n").length;
    const file = await fileWith("nulls.ndjson", `${unknown}oops\n`);
    const { code, stdout, stderr } = await call("replay", file, "--speed", "max", "--as", "nulls");
    expect(stderr).toContain(`${file}: line ${text.split("\n").length} is not JSON\n`);
    expect(stderr).toMatch(new RegExp(`${file}: line ${card}: .*colour`));
    expect([code, stdout.slice(0, 13)]).toEqual([0, "Arsenal 4–3 L"]);
  });

  it("ends with a summary line, and leaves the match in the list", async () => {
    const { code, stdout } = await call("replay", "--speed", "max", "--as", "again");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Arsenal 4–3 Leicester · 71 events in .* · again\n$/);
    expect((await call("matches")).stdout).toMatch(/again +Arsenal v Leicester +full time/);
  });

  it("says how far it came when it is interrupted, and ends with 130", async () => {
    const stop = new AbortController();
    server.intercept = ({ method }) => {
      if (method === "POST") stop.abort();
      return false;
    };
    const { code, stdout } = await run(["replay", "--url", server.url], { signal: stop.signal });
    expect(code).toBe(130);
    expect(stdout).toContain("not at rest yet");
  });

  it("uses a new id each time, made from the match's own", async () => {
    await call("replay", "--speed", "max");
    const put = server.requests.find(({ method }) => method === "PUT");
    expect(put?.path).toMatch(/^\/v1\/matches\/wy-2499719-[0-9a-z]+$/);
  });

  it("writes one JSON line for each event and one for the sum to machines", async () => {
    const { stdout } = await call("replay", "--speed", "max", "--json");
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row) as { kind: string });
    expect(rows.filter(({ kind }) => kind === "event")).toHaveLength(71);
    expect(rows.at(-1)).toMatchObject({ kind: "summary", atRest: true });
  });

  it("replays all matches of a file, some at a time", async () => {
    const files = ["demo.ndjson", "timelines/everton-brighton-2-0.ndjson"];
    const texts = await Promise.all(files.map((name) => readFile(join(DATA, name), "utf8")));
    const file = await fileWith("two.ndjson", texts.join(""));
    const unsure = await call("replay", file);
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toContain("holds 2 matches: --match <id> or --all");
    const { code, stdout } = await call("replay", file, "--all", "--speed", "max");
    expect(code).toBe(0);
    expect(stdout).toContain("Arsenal 4–3 Leicester");
    expect(stdout).toContain("Everton 2–0 Brighton");
  });
});

it("the program itself answers, and sets the exit code", async () => {
  const bin = fileURLToPath(new URL("./bin.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [bin, "--help"]);
  expect(stdout).toContain("touchline <command>");
  await expect(promisify(execFile)(process.execPath, [bin, "nope"])).rejects.toMatchObject({ code: 2 });
});
