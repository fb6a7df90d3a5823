import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptResult } from "./kept-result.ts";

let root: string;
let entry: string;
let kept: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "touchline-kept-"));
  kept = join(root, "kept");
  mkdirSync(join(root, "package/src/rules"), { recursive: true });
  mkdirSync(join(root, "node_modules/reader"), { recursive: true });
  entry = join(root, "package/src/index.ts");
  writeFileSync(join(root, "package/package.json"), '{ "dependencies": { "reader": "1" } }');
  writeFileSync(join(root, "node_modules/reader/package.json"), '{ "version": "1.0.0" }');
  writeFileSync(entry, "");
  writeFileSync(join(root, "package/src/rules/rule.ts"), "1");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const working = (result: string): [work: () => string, count: () => number] => {
  let times = 0;
  return [() => (times++, result), () => times];
};

describe("a result that follows from the sources of a package", () => {
  it("is worked out once, and found by the next process", () => {
    const [work, count] = working("a-1");
    for (let process = 0; process < 3; process++) expect(keptResult("rules", entry, work, kept)).toBe("a-1");
    expect(count()).toBe(1);
    expect(readdirSync(kept)).toHaveLength(1);
  });

  it.each([
    ["a source", "package/src/rules/rule.ts", "2"],
    ["a new source", "package/src/rules/another.ts", "1"],
    ["the version of a dependency", "node_modules/reader/package.json", '{ "version": "1.0.1" }'],
  ])("is worked out again after a change of %s", (_what, file, text) => {
    keptResult("rules", entry, () => "before", kept);
    writeFileSync(join(root, file), text);
    expect(keptResult("rules", entry, () => "after", kept)).toBe("after");
  });

  it("stays the same after a change of a test", () => {
    keptResult("rules", entry, () => "before", kept);
    writeFileSync(join(root, "package/src/rules/rule.test.ts"), "");
    expect(keptResult("rules", entry, () => "after", kept)).toBe("before");
  });

  it("is worked out again where what is kept is no result", () => {
    keptResult("rules", entry, () => "before", kept);
    for (const file of readdirSync(kept)) writeFileSync(join(kept, file), "\0");
    expect(keptResult("rules", entry, () => "after", kept)).toBe("after");
  });

  it("is worked out every time where nothing can be kept", () => {
    writeFileSync(kept, "a file, and no folder");
    const [work, count] = working("a");
    for (let process = 0; process < 2; process++) expect(keptResult("rules", entry, work, kept)).toBe("a");
    expect(count()).toBe(2);
  });
});
