import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { composeVariables, isThere, readCompose, readText, ROOT, serviceOf } from "./installation.ts";

const run = promisify(execFile);
const operations = readText("docs/operations.md");

/** `NAME` → value as the service would start with it. */
async function configOf(service: string): Promise<Map<string, string>> {
  const main = join(ROOT, `services/${service}/src/main.ts`);
  const { stdout } = await run(process.execPath, [main, "--print-config"], { env: {}, timeout: 20_000 });
  return new Map(
    [...stdout.matchAll(/^([A-Z][A-Z0-9_]*)=([^#\n]*?)\s*(?:#.*)?$/gm)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}

describe.each(["api", "tag-manager", "worker"])("the settings of the %s", (service) => {
  it("are all explained in operations.md", async () => {
    const names = [...(await configOf(service)).keys()];
    expect(names).toContain("REDIS_URL");
    for (const name of names) expect(operations).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  });

  it("include every variable that compose passes", async () => {
    const names = [...(await configOf(service)).keys()];
    for (const name of Object.keys(serviceOf(readCompose(), service).environment)) expect(names).toContain(name);
  });
});

describe("the readme", () => {
  const readme = readText("README.md");

  it("links only to files that exist", () => {
    for (const [, link = ""] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) expect(isThere(link), link).toBe(true);
  });

  it("names the secrets that compose asks for", () => {
    for (const [name, use] of composeVariables())
      if (use.startsWith(":?")) expect(`${readme}${operations}`).toContain(name);
  });
});
