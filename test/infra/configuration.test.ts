import { describe, expect, it } from "vitest";
import { composeVariables, isThere, readCompose, readText, serviceOf, settingsOf } from "./installation.ts";

const operations = readText("docs/operations.md");

describe.each(["api", "tag-manager", "worker", "edge-purger"])("the settings of the %s", (service) => {
  it("are all explained in operations.md", async () => {
    const names = [...(await settingsOf(service)).keys()];
    expect(names).toContain("REDIS_URL");
    for (const name of names) expect(operations).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  });

  it("include every variable that compose passes", async () => {
    const names = [...(await settingsOf(service)).keys()];
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
