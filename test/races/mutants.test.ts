import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { MUTANTS } from "./mutants.ts";

describe("the line of a mutant stands in one place alone", () => {
  it.each(MUTANTS)("$name", async ({ file, line, replacement }) => {
    const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
    expect(text.split(line)).toHaveLength(2);
    expect(replacement).not.toBe(line);
  });
});
