import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { screenText } from "./top.ts";
import { run } from "../testing/run-cli.ts";

const REDIS = {
  answers: true,
  pingMs: 1,
  usedBytes: 3_000_000,
  maxBytes: 0,
  policy: "noeviction",
  policyProblem: null,
  appendOnly: true,
  diskProblem: null,
  version: "7.0.15",
};
const WELL = {
  at: "2026-11-28T20:00:00.000Z",
  version: "0.1.0",
  node: "v26.9.0",
  graphVersion: "abc",
  upSeconds: 60,
  store: REDIS,
  queue: REDIS,
  changesArrive: true,
  processes: [
    { role: "tag-manager", count: 1, quietSeconds: [1] },
    { role: "worker", count: 2, quietSeconds: [1, 3] },
  ],
  events: { waiting: 0, oldestSeconds: 0, unknownForSeconds: 0.1, unknown: false, matches: [] },
  refreshes: { waiting: 0, active: 0, oldestSeconds: 0, longestActiveSeconds: 0, matches: [] },
  deadLetters: 0,
  matches: { listed: 1, mostListed: 1, live: [], complete: true },
  recent: { windowSeconds: 600, eventToFresh: [], computeMs: [], refreshes: 0 },
  efficiency: { requests: 10, computes: 2 },
};
const NO_WORKER = { ...WELL, processes: [WELL.processes[0], { role: "worker", count: 0, quietSeconds: [] }] };

let server: Server;
/** What the api says, look by look; the last one again and again. */
let says: object[];
let url: string;

beforeEach(async () => {
  says = [WELL];
  server = createServer((_req, res) => {
    const [body] = says.length > 1 ? says.splice(0, 1) : says;
    res.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("touchline doctor", () => {
  it("says that all is well, with the figures, and ends with 0", async () => {
    const { code, stdout } = await run(["doctor", "--url", url]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ All is well/);
    for (const words of [
      "1 tag-manager",
      "2 workers",
      "graph abc",
      "noeviction",
      "append-only file",
      "5.0 reads for each",
    ])
      expect(stdout).toContain(words);
  });

  it("names what is wrong, what to do and where the runbook says more, and ends with 1", async () => {
    says = [NO_WORKER];
    const { code, stdout } = await run(["doctor", "--url", url]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ No worker runs.*\n {2}Start workers.*\n {2}docs\/runbook\.md#no-worker\n/);
  });

  it("ends with 0 on what is less grave than it is asked to fail on", async () => {
    says = [{ ...WELL, deadLetters: 3 }];
    expect((await run(["doctor", "--url", url])).code).toBe(0);
    expect((await run(["doctor", "--url", url, "--fail-on", "watch"])).code).toBe(1);
    expect(await run(["doctor", "--fail-on", "sometimes"])).toMatchObject({ code: 2 });
  });

  it("is JSON for machines", async () => {
    says = [NO_WORKER];
    const { stdout } = await run(["doctor", "--url", url, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "trouble",
      findings: [{ code: "no-worker", runbook: "docs/runbook.md#no-worker" }],
      health: { graphVersion: "abc" },
    });
  });

  it("finds an api that does not answer", async () => {
    server.closeAllConnections();
    server.close();
    const { code, stdout } = await run(["doctor", "--url", url]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^✗ The api does not answer/)]);
  });

  it("watches, a line each time, until something is grave", async () => {
    says = [WELL, NO_WORKER];
    const { code, stdout } = await run(["doctor", "--url", url, "--watch", "1s"]);
    expect(code).toBe(1);
    expect(stdout.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^\d{4}-.*Z well {4}All is well/),
      expect.stringMatching(/^\d{4}-.*Z trouble No worker runs.*Start workers/),
    ]);
    expect(await run(["doctor", "--watch", "soon"])).toMatchObject({ code: 2 });
  });
});

describe("touchline top", () => {
  it("needs a terminal, and says what does not", async () => {
    expect(await run(["top", "--url", url])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("doctor --watch") as string,
    });
  });

  it("shows every live match with its score, its worst label and why", () => {
    const live = {
      matchId: "m",
      home: "Rovers",
      away: "United",
      competition: null,
      kickoff: null,
      status: "live" as const,
      version: 3,
      state: { period: "first_half", minute: 12, score: { home: 2, away: 1 }, redCards: { home: 0, away: 0 } },
      worst: "stale" as const,
      reason: "events_pending",
      markets: { stale: 4, fresh: 100 },
      oldestSeconds: 2,
    };
    const snapshot = { ...WELL, matches: { listed: 1, mostListed: 1, live: [live], complete: true } };
    const text = screenText({ snapshot, diagnosis: { status: "well", sentence: "All is well.", findings: [] } });
    expect(text).toContain("Rovers 2–1 United  stale (events pending)  4 stale, 100 fresh");
  });
});
