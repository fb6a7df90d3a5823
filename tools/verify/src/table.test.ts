import { describe, expect, it } from "vitest";
import { table } from "./table.ts";

describe("a table", () => {
  it("aligns its columns and leaves no blanks at line ends", () => {
    const rows = [
      ["match_result", "fresh", ""],
      ["btts", "suspended", "x"],
    ];
    expect(table(["market", "status", "why"], rows).split("\n")).toEqual([
      "MARKET        STATUS     WHY",
      "match_result  fresh",
      "btts          suspended  x",
    ]);
  });

  it("puts numbers to the right", () => {
    expect(
      table(
        ["n", "x"],
        [
          ["5", "a"],
          ["105", "b"],
        ],
        ["right"],
      ).split("\n"),
    ).toEqual(["  N  X", "  5  a", "105  b"]);
  });

  it("counts what a reader counts", () => {
    expect(
      table(
        ["a", "b"],
        [
          ["M\u0301álaga", "x"],
          ["Malagas", "y"],
        ],
      ).split("\n")[1],
    ).toBe("M\u0301álaga   x");
  });
});
