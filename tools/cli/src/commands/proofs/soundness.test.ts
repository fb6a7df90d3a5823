import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../testing/run-cli.ts";

const DATA = fileURLToPath(new URL("../../../../../data", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "touchline-soundness-"));
  await copyFile(join(DATA, "demo.ndjson"), join(folder, "timelines_demo.ndjson"));
  await copyFile(join(DATA, "timelines/everton-brighton-2-0.ndjson"), join(folder, "timelines_other.ndjson"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("touchline soundness", () => {
  it("checks every match of the folder, as it was played if asked to, and ends with one JSON object", async () => {
    const { code, stdout, stderr } = await run(["soundness", "--data", folder, "--no-inject"]);
    const lines = stdout.trimEnd().split("\n");
    const summary: unknown = JSON.parse(lines.at(-1) ?? "");
    expect(summary).toMatchObject({
      matches: 2,
      injectedEvents: 0,
      misses: 0,
      settlementErrors: 0,
      marketsWithoutRule: 0,
    });
    expect(Object.keys(summary ?? {})).toEqual(
      expect.arrayContaining(["events", "precision", "precisionMaterial", "seconds"]),
    );
    expect(stdout).toContain("Markets touched, %");
    expect(stderr).toContain("nothing invented");
    expect(code).toBe(0);
  });

  it("puts invented events between those of a match, and can leave out most of the matches", async () => {
    const few = ["--matches", "1", "--workers", "1", "--json"];
    const { code, stdout, stderr } = await run(["soundness", "--data", folder, ...few]);
    const summary = JSON.parse(stdout) as { injectedEvents: number };
    expect(summary).toMatchObject({ matches: 1, misses: 0 });
    expect(summary.injectedEvents).toBeGreaterThan(0);
    expect(stderr).toContain("seed 1");
    expect(code).toBe(0);
  });

  it(
    "goes on where a source has nulls and bad lines, which it names with file, line and rule",
    { timeout: 60_000 },
    async () => {
      const text = await readFile(join(DATA, "demo.ndjson"), "utf8");
      const lines = text.trimEnd().split("\n");
      const substitution = lines.findIndex((line) => line.includes('"type":"substitution"'));
      const card = lines.findIndex((line) => line.includes('"type":"card"'));
      const change = JSON.parse(lines[substitution] ?? "") as { payload: object };
      const broken = lines.with(
        substitution,
        JSON.stringify({ ...change, payload: { ...change.payload, player_in: null } }),
      );
      broken[card] = (lines[card] ?? "").replace('"payload":{', '"payload":{"unknown":null,');
      broken.push(
        "{",
        (lines[card] ?? "").replace(/"colour":"\w+"/, '"colour":"green"').replace(/"seq":\d+/, '"seq":999'),
      );
      broken.push('{"match_id":"lost","seq":0,"type":"period_start","period":"1H","minute":null,"payload":null}');
      const elsewhere = await mkdtemp(join(tmpdir(), "touchline-nulls-"));
      await writeFile(join(elsewhere, "timelines_nulls.ndjson"), `\u{FEFF}${broken.join("\n")}\n`);
      const { code, stdout, stderr } = await run(["soundness", "--data", elsewhere, "--no-inject", "--json"]);
      await rm(elsewhere, { recursive: true });
      const count = lines.length;
      expect(stderr).toContain(`timelines_nulls.ndjson: line ${count + 1} is not JSON\n`);
      expect(stderr).toMatch(new RegExp(`timelines_nulls.ndjson: line ${count + 2}: .*colour`));
      expect(stderr).toContain(`timelines_nulls.ndjson: line ${count + 3}: match lost has no match_info`);
      expect(JSON.parse(stdout)).toMatchObject({ matches: 1, misses: 0, settlementErrors: 0, badLines: 3 });
      expect(code).toBe(1);
    },
  );

  it("wants to know where the timelines are", async () => {
    expect((await run(["soundness"])).stderr).toContain("--data");
    const { code, stderr } = await run(["soundness", "--data", DATA]);
    expect(stderr).toContain("no timelines_*.ndjson in");
    expect(code).toBe(1);
  });
});
