import { describe, expect, it } from "vitest";
import { closestWord } from "./closest-word.ts";

describe("the closest word", () => {
  it.each([
    ["yellowcard", "yellow_card"],
    ["YellowCard", "yellow_card"],
    ["red_crad", "red_card"],
    ["goals", "goal"],
    ["kickoff", "kick_off"],
  ])("to %s is %s", (word, meant) => {
    expect(closestWord(word, ["goal", "corner", "yellow_card", "red_card", "kick_off"])).toBe(meant);
  });

  it.each(["shot", "x", "", "cooling_break", "y".repeat(1_000)])("to %s is none", (word) => {
    expect(closestWord(word, ["goal", "corner", "yellow_card", "red_card", "kick_off"])).toBeUndefined();
  });
});
