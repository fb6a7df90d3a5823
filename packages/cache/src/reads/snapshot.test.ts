import { EMPTY_STATE, type MatchState } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { parseState } from "./snapshot.ts";

/** A state as a build wrote it that did not know of these fields. */
function older(state: MatchState): string {
  const { playedOut, decision, resumedAt, extraTimePlayed, lastKick, dismissed, off, benchCards, ...known } = state;
  expect([playedOut, decision, resumedAt, extraTimePlayed, lastKick, dismissed, off, benchCards]).toHaveLength(8);
  return JSON.stringify(known);
}

describe("a state that an older build has stored", () => {
  it("has what that build did not know as it is at the start of a match", () => {
    expect(parseState(older(EMPTY_STATE))).toEqual(EMPTY_STATE);
  });

  it("was played to its end if it is over: that build knew no other end", () => {
    const over = { ...EMPTY_STATE, periodsPlayed: 2, over: true, playedOut: true };
    expect(parseState(older(over))).toEqual(over);
  });

  it("is read as it is where nothing is missing", () => {
    const abandoned: MatchState = { ...EMPTY_STATE, over: true, halted: "abandoned", decision: { kind: "void" } };
    expect(parseState(JSON.stringify(abandoned))).toEqual(abandoned);
  });
});
