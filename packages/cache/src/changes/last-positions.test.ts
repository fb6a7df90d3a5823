import { describe, expect, it } from "vitest";
import { type ChangePosition, LastPositions } from "./last-positions.ts";

const at = (n: number, epoch = "a"): ChangePosition => ({ epoch, n });

function kindsOf(...positions: readonly ChangePosition[]): string[] {
  const last = new LastPositions();
  return positions.map((position) => last.take("m", position).kind);
}

describe("the last message of a match", () => {
  it("is followed by the next one, or by one after a gap", () => {
    expect(kindsOf(at(4), at(5), at(7), at(8))).toEqual(["first", "next", "gap", "next"]);
  });

  it("is of another history than a number that goes back, stands, or is of another epoch", () => {
    expect(kindsOf(at(4), at(3), at(3))).toEqual(["first", "other_history", "other_history"]);
    expect(kindsOf(at(4), at(5, "b"), at(6, "b"))).toEqual(["first", "other_history", "next"]);
    expect(kindsOf(at(4), { epoch: undefined, n: 5 })).toEqual(["first", "other_history"]);
  });

  it("says nothing of another match, and names what it contradicts", () => {
    const last = new LastPositions();
    last.take("m", at(4));
    expect(last.take("n", at(9)).kind).toBe("first");
    expect(last.take("m", at(9))).toEqual({ kind: "gap", last: at(4) });
  });

  it("is forgotten on demand, and for the match that was silent longest beyond 10,000", () => {
    const last = new LastPositions();
    for (let match = 0; match <= 10_000; match++) last.take(`m-${match}`, at(1));
    expect([last.take("m-10000", at(2)).kind, last.take("m-0", at(2)).kind]).toEqual(["next", "first"]);
    last.clear();
    expect(last.take("m-10000", at(3)).kind).toBe("first");
  });
});
