import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carelessFeed } from "@touchline/verify/testing";
import { run } from "../../testing/run-cli.ts";

const DEMO = fileURLToPath(new URL("../../../../../data/demo.ndjson", import.meta.url));

let folder: string;
const feedFile = async (name: string, messages: readonly object[]): Promise<string> => {
  const path = join(folder, `faulty_feed_${name}.ndjson`);
  await writeFile(path, messages.map((message) => JSON.stringify(message)).join("\n"));
  await copyFile(DEMO, join(folder, `timelines_${name}.ndjson`));
  return path;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "touchline-feedcheck-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("touchline feedcheck", () => {
  it("recovers the match in every order, and ends with one JSON object", async () => {
    const { code, stdout } = await run(["feedcheck", "--data", await feedFile("whole", carelessFeed())]);
    const last = stdout.trimEnd().split("\n").at(-1) ?? "";
    expect(JSON.parse(last)).toMatchObject({ matches: 1, orders: 3, recovered: 3, wrong: 0 });
    expect(code).toBe(0);
  });

  it("names what it could not recover", async () => {
    const lost = carelessFeed().filter((message) => message.event?.type !== "card");
    const { code, stdout } = await run(["feedcheck", "--data", await feedFile("lossy", lost), "--seed", "2"]);
    expect(stdout).toContain("DIFFERS wy-2499719 file: ");
    expect(stdout).toContain('"recovered":0');
    expect(code).toBe(1);
  });

  it("refuses what is no feed", async () => {
    expect((await run(["feedcheck"])).stderr).toContain("--data");
    expect((await run(["feedcheck", "--data", DEMO])).stderr).toContain("line 1 is no feed message");
    const path = join(folder, "feed.ndjson");
    await writeFile(path, JSON.stringify({ match_id: "m", kind: "alive", recv_ms: 0, sent_ms: 0 }));
    expect((await run(["feedcheck", "--data", path])).stderr).toContain("is not called faulty_feed_*.ndjson");
  });
});
