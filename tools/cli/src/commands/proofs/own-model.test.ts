import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answerOf, ModelServer, reply, truthful } from "../../../../../packages/predictor/src/testing/model-server.ts";
import { run } from "../../testing/run-cli.ts";

const DATA = fileURLToPath(new URL("../../../../../data", import.meta.url));

let folder: string;
let server: ModelServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "touchline-own-model-"));
  const lines = (await readFile(join(DATA, "demo.ndjson"), "utf8")).split("\n");
  // The first minutes of a real match, corners among them.
  await writeFile(join(folder, "timelines_demo.ndjson"), `${lines.slice(0, 14).join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  server = await ModelServer.started();
});
afterEach(async () => server[Symbol.asyncDispose]());

const soundness = async (...more: string[]) =>
  run(["soundness", "--predictor", server.url, "--data", folder, "--no-inject", ...more]);

describe("touchline soundness --predictor", () => {
  it("proves a model server that reads no more than it is said to", async () => {
    const { code, stdout } = await soundness();
    const summary: unknown = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(summary).toMatchObject({ matches: 1, misses: 0, hiddenReads: 0, varied: 0, brokenRules: 0 });
    expect(stdout).toContain("No market reads what the graph does not have.");
    expect(code).toBe(0);
  });

  it("names the market, the fact and the smallest example of a read that the graph does not have", async () => {
    server.behave = (request, response) => {
      const answer = answerOf(request);
      for (const [index, { facts }] of request.requests.entries())
        for (const { markets } of answer.predictions[index]?.blends ?? []) {
          const price = markets["match_result"]?.probabilities;
          const { home, away } = facts.corners as { home: number; away: number };
          const moved = (price?.["home"] ?? 0) * Math.min(0.5, (home + away) / 50);
          if (price) price["home"] = (price["home"] ?? 0) - moved;
          if (price) price["away"] = (price["away"] ?? 0) + moved;
        }
      reply(response, answer);
    };
    const { code, stdout } = await soundness();
    expect(stdout).toMatch(/^match_result\s+corners\s+\S+\s+corner /m);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ hiddenReads: 1 });
    expect(code).toBe(1);
    expect(await soundness("--reads", "all", "--json")).toMatchObject({ code: 0 });
  });

  it("says what is wrong with its address, and with a server that does not answer", async () => {
    expect((await run(["soundness", "--predictor", "ftp://x", "--data", folder])).stderr).toContain(
      "--predictor must be",
    );
    expect((await soundness("--reads", "some")).stderr).toContain("--reads must be manifest, builtin or all");
    await server.stop();
    const { code, stderr } = await soundness();
    expect(stderr).toContain(`the manifest of ${server.url}: `);
    expect((await soundness("--reads", "builtin")).stderr).toContain(`${server.url}: the connection failed`);
    expect(code).toBe(1);
  });
});

describe("touchline learn", () => {
  it("writes a manifest, and says what was tried and what nothing is known of", async () => {
    server.behave = truthful;
    const output = join(folder, "manifest.json");
    const args = ["learn", "--predictor", server.url, "--data", folder, "--requests", "60", "--output", output];
    const { code, stderr } = await run(args);
    expect(code).toBe(0);
    const manifest = JSON.parse(await readFile(output, "utf8")) as { markets: Record<string, { reads: string[] }> };
    expect(manifest).toMatchObject({ format: "touchline-model-manifest", version: 1 });
    expect(manifest.markets["corners_over_under_9_5"]?.reads).toContain("corners");
    const summary = JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "") as { tries: number; markets: number };
    expect(summary.tries).toBeGreaterThan(10);
    expect(summary.markets).toBeGreaterThan(50);
  });

  it("wants to know which model server, and where the timelines are", async () => {
    expect((await run(["learn", "--data", folder])).stderr).toContain("--predictor");
    expect((await run(["learn", "--predictor", server.url])).stderr).toContain("--data");
  });
});
