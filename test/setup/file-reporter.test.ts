import { describe, expect, it } from "vitest";
import { commandFor } from "./file-reporter.ts";

const module = { type: "module" } as const;
const suite = { type: "suite", name: "a score (of 2:1)", parent: module } as const;
const test = { type: "test", name: "isn't 50 % final", parent: suite } as const;

describe("the command that is shown with a failure", () => {
  it.each([
    ["a test", test, "npm test -- a.test.ts -t '^a score \\(of 2:1\\) > isn'\\''t 50 % final$'"],
    ["a group whose hook failed", suite, "npm test -- a.test.ts -t '^a score \\(of 2:1\\) > '"],
    ["a file that could not be read", module, "npm test -- a.test.ts"],
  ])("runs %s alone", (_what, failed, command) => {
    expect(commandFor(failed, "a.test.ts")).toBe(command);
  });
});
