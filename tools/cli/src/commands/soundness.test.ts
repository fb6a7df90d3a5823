import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../testing/run-cli.ts";

const DATA = fileURLToPath(new URL("../../../../data/", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "touchline-soundness-"));
  await copyFile(join(DATA, "demo.ndjson"), join(folder, "timelines_demo.ndjson"));
  await copyFile(join(DATA, "timelines/everton-brighton-2-0.ndjson"), join(folder, "timelines_other.ndjson"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("touchline soundness", () => {
  it("checks every match of the folder and ends with one JSON object", async () => {
    const { code, stdout, stderr } = await run(["soundness", "--data", folder]);
    const lines = stdout.trimEnd().split("\n");
    const summary: unknown = JSON.parse(lines.at(-1) ?? "");
    expect(summary).toMatchObject({ matches: 2, misses: 0, settlementErrors: 0, marketsWithoutRule: 0 });
    expect(Object.keys(summary ?? {})).toEqual(
      expect.arrayContaining(["events", "precision", "precisionMaterial", "seconds"]),
    );
    expect(stdout).toContain("Markets touched, %");
    expect(stderr).toContain("seed 1");
    expect(code).toBe(0);
  });

  it("can leave out what is invented, and most of the matches", async () => {
    const few = ["--matches", "1", "--workers", "1", "--no-inject", "--json"];
    const { code, stdout } = await run(["soundness", "--data", folder, ...few]);
    expect(JSON.parse(stdout)).toMatchObject({ matches: 1, injectedEvents: 0, misses: 0 });
    expect(code).toBe(0);
  });

  it("wants to know where the timelines are", async () => {
    expect((await run(["soundness"])).stderr).toContain("--data");
    const { code, stderr } = await run(["soundness", "--data", DATA]);
    expect(stderr).toContain("no timelines_*.ndjson in");
    expect(code).toBe(1);
  });
});
