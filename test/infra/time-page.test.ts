import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isThere, readText, ROOT } from "./installation.ts";

const FOLDERS = ["packages", "services", "tools", "scripts", "infra", "examples"];
const PROGRAM = /\.(ts|tsx|mts|mjs|js|lua)$/;
/** And what is built from the program. */
const OF_TESTS = /\.test\.ts$|\/testing\/|\/node_modules\/|\/console\/dist/;
const WALL_CLOCK =
  /Date\.now\b|new Date\(\)|Date\(\)\.|timeOrigin|\bisoTime\b|epochTime|redis\.call\('TIME'\)|Temporal\.Now/;

/** Files of the program that read a wall clock. */
function readersOfClocks(): string[] {
  return FOLDERS.filter(isThere)
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => PROGRAM.test(file) && !OF_TESTS.test(file) && WALL_CLOCK.test(withoutComments(readText(file))))
    .toSorted();
}

const withoutComments = (code: string): string => code.replaceAll(/\/\*[^]*?\*\/|^\s*(\/\/|--).*$/gm, "");

describe("docs/time.md", () => {
  it("names every file that reads a wall clock, and no other", () => {
    const rows = [...readText("docs/time.md").matchAll(/^- `([^`]+)`: *(.*)$/gm)];
    expect(rows.map(([, file = ""]) => file).toSorted()).toEqual(readersOfClocks());
    for (const [, file, reason] of rows) expect(reason, file).not.toBe("");
  });
});
