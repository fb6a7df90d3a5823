import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { equalJson } from "./equal-json.ts";

describe("equal JSON", () => {
  it.each<[string, unknown, unknown, boolean]>([
    ["keys in another order", { a: 1, b: [2] }, { b: [2], a: 1 }, true],
    ["an undefined value and none", { a: 1, b: undefined }, { a: 1 }, true],
    ["null and none", { a: null }, {}, false],
    ["one key more", { a: 1 }, { a: 1, b: 2 }, false],
    ["items in another order", [1, 2], [2, 1], false],
    ["a list and an object with its keys", ["x"], { 0: "x" }, false],
    ["a number and its text", 1, "1", false],
    ["null and an empty object", null, {}, false],
  ])("%s", (_name, a, b, equal) => {
    expect(equalJson(a, b)).toBe(equal);
    expect(equalJson(b, a)).toBe(equal);
  });

  it("says of any two values what their texts say", () => {
    // Few keys and values, so that pairs often are equal.
    const few = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(0, 1, "", null),
        fc.array(tie("value"), { maxLength: 2 }),
        tie("object"),
      ),
      object: fc.dictionary(fc.constantFrom("a", "b"), tie("value")),
    })).value;
    fc.assert(
      fc.property(few, few, (a, b) => {
        expect(equalJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
        expect(equalJson(a, JSON.parse(JSON.stringify(a)))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
