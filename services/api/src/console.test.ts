import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { loadBuiltConsole } from "@touchline/console";
import express from "express";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "@touchline/platform";
import { problemHandler } from "./http/problems.ts";
import { serveRoutes } from "./http/route.ts";
import { consoleRoutes } from "./routes/console.ts";

const SCRIPT = "export const built = true;\n".repeat(50);
const folder = mkdtempSync(join(process.env["TOUCHLINE_TEST_FOLDER"] ?? tmpdir(), "console-"));
const servers: Server[] = [];

async function serve(built: ReturnType<typeof loadBuiltConsole>): Promise<string> {
  const app = express();
  serveRoutes(app, consoleRoutes(built));
  app.use(problemHandler(createLogger({ service: "test", level: "silent" })));
  const server = app.listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let url: string;
beforeAll(async () => {
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Touchline</title>");
  writeFileSync(join(folder, "docs.html"), "<!doctype html><title>Reference</title>");
  writeFileSync(join(folder, "assets", "index-abc.js"), SCRIPT);
  writeFileSync(join(folder, "assets", "index-abc.js.gz"), gzipSync(SCRIPT));
  url = await serve(loadBuiltConsole(folder));
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the console", () => {
  it("is a page that may load from this service alone, and runs no script or style of its own text", async () => {
    const answer = await fetch(`${url}/`);
    expect(await answer.text()).toContain("<title>Touchline</title>");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
  });

  it("sends its files compressed, kept for ever, with a validator of what was sent", async () => {
    const file = `${url}/assets/index-abc.js`;
    const compressed = await fetch(file, { headers: { "accept-encoding": "gzip" } });
    expect(await compressed.text()).toBe(SCRIPT);
    expect(Object.fromEntries(compressed.headers)).toMatchObject({
      "content-encoding": "gzip",
      "cache-control": "public, max-age=31536000, immutable",
      "content-type": "text/javascript; charset=utf-8",
      vary: "accept-encoding",
    });
    const plain = await fetch(file, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("etag")).not.toBe(compressed.headers.get("etag"));
  });

  it("has no file beside its own", async () => {
    for (const name of ["index-abc.js.gz", "..%2Findex.html", "other.js"])
      expect((await fetch(`${url}/assets/${name}`)).status).toBe(404);
  });

  it("says what builds it where it has not been built", async () => {
    const empty = await serve(loadBuiltConsole(join(folder, "nothing")));
    expect(await (await fetch(`${empty}/`)).text()).toContain("pnpm console");
  });
});
