import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";

const index = new URL("index.ts", import.meta.url).href;

interface Ended {
  readonly code: number | null;
  readonly messages: readonly string[];
}

/** Runs a service whose `open` is `body`, and stops it with SIGTERM once it is ready. */
async function run(body: string): Promise<Ended> {
  const source = `
    import { loadConfig, openProcess } from ${JSON.stringify(index)};
    const open = async ({ log, shutdown, serveHealth }) => { ${body} };
    await openProcess({ service: "trial", config: loadConfig({}, { argv: [] }), open });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const messages: string[] = [];
  createInterface(child.stdout).on("line", (line) => {
    const { msg } = JSON.parse(line) as { msg: string };
    messages.push(msg);
    if (msg === "trial ready") child.kill("SIGTERM");
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, messages };
}

describe("the process of a service", () => {
  it("says that it is ready, and closes in reverse what it opened", async () => {
    const { code, messages } = await run(`
      shutdown.add("first", () => log.info("first closed"));
      shutdown.add("second", () => log.info("second closed"));
      return { port: await serveHealth(0) };
    `);
    // A line that is being written when the process ends may land after those that follow it.
    expect(messages).toContain("shutting down");
    expect(messages.filter((message) => message !== "shutting down")).toEqual([
      "trial ready",
      "second closed",
      "first closed",
    ]);
    expect(code).toBe(0);
  });

  it("ends with code 1 when something cannot be opened, and closes what was opened before", async () => {
    const { code, messages } = await run(`
      shutdown.add("first", () => log.info("first closed"));
      throw new Error("no such thing");
    `);
    expect(messages).toEqual(["trial could not start", "first closed"]);
    expect(code).toBe(1);
  });
});
