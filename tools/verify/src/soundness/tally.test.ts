import { describe, expect, it } from "vitest";
import { addTallies, emptyTally, emptyTypeTally, LISTED_ERRORS } from "./tally.ts";

describe("adding tallies", () => {
  it("adds numbers, merges records and joins lists", () => {
    const sum = emptyTally();
    for (const events of [2, 3]) {
      const part = emptyTally();
      part.events = events;
      part.types["goal"] = { ...emptyTypeTally(), events };
      part.facts.score = 1;
      part.settlement.errorList.push({ matchId: `m${events}`, market: "odd_even", what: "odd 1, not 0" });
      part.arithmetic.checked = events;
      part.arithmetic.largest = 1 / events;
      addTallies(sum, part);
    }
    expect(sum.arithmetic).toMatchObject({ checked: 5, largest: 0.5 });
    expect(sum.events).toBe(5);
    expect(sum.types["goal"]?.events).toBe(5);
    expect(sum.facts).toEqual({ score: 2 });
    expect(sum.settlement.errorList.map(({ matchId }) => matchId)).toEqual(["m2", "m3"]);
  });

  it("keeps lists short", () => {
    const sum = emptyTally();
    const part = emptyTally();
    for (let i = 0; i < LISTED_ERRORS; i++) part.settlement.errorList.push({ matchId: "m", market: "m", what: "w" });
    addTallies(sum, part);
    addTallies(sum, part);
    expect(sum.settlement.errorList).toHaveLength(LISTED_ERRORS);
  });
});
