import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ID_PATTERN } from "@touchline/domain";
import { namespacedId, ownId, rewriteId } from "./feed-id.ts";

describe("ids of a provider", () => {
  it.each([
    ["sr:match:123", "sr__match__123"],
    ["9b3d-41aa", "9b3d-41aa"],
    ["a_b", "a_5fb"],
    ["a:b", "a__b"],
    ["a__b", "a_5f_5fb"],
    [":7", "x_x__7"],
    ["é", "x_x_c3_a9"],
  ])("%s becomes %s", (id, rewritten) => {
    expect(rewriteId(id)).toBe(rewritten);
  });

  it("are named by their provider where they are unique there only", () => {
    expect(namespacedId("opta", 1009316)).toBe("opta__1009316");
    expect(namespacedId("sr", "match:123")).toBe(rewriteId("sr:match:123"));
  });

  it("that are missing are refused", () => {
    expect(() => rewriteId("")).toThrow("must not be empty");
    expect(() => namespacedId("opta", "")).toThrow("must not be empty");
  });

  it("of our own formats stay", () => {
    expect(ownId("wy-2499719")).toBe("wy-2499719");
    expect(ownId("e_12")).toBe("e_12");
    expect(ownId("m1:7")).toBe("m1__7");
  });

  it("always become ids", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }), (id) => {
        expect(rewriteId(id)).toMatch(ID_PATTERN);
      }),
    );
  });

  it("never collide, long ones included", () => {
    const alphabet = fc.constantFrom("a", "z", "x", "_", ":", "-", "5", "f", "é");
    const id = fc.array(alphabet, { minLength: 1, maxLength: 80 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(rewriteId(one) === rewriteId(other)).toBe(one === other);
      }),
      { numRuns: 5_000 },
    );
  });
});
