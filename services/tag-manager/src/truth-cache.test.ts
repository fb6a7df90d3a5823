import type { MatchTruth } from "@touchline/cache";
import { foldOn, NOTHING_FOLDED } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { MatchScript } from "../../../test/setup/match-events.ts";
import { truthBytes } from "./truth-bytes.ts";
import { TruthCache } from "./truth-cache.ts";

const UNKNOWN_MATCH: MatchTruth = { ...NOTHING_FOLDED, version: 0, epoch: "", step: "", history: "" };

function truthOf(matchId: string, corners: number): MatchTruth {
  const match = new MatchScript(matchId);
  let fold = NOTHING_FOLDED;
  for (let index = 0; index < corners; index++) fold = foldOn(fold, match.corner("home", index % 45));
  return { ...UNKNOWN_MATCH, ...fold, version: corners };
}

describe("the matches that a tag-manager remembers", () => {
  it("are bounded by number; the least recently used goes first", () => {
    const truths = new TruthCache(2);
    for (const id of ["a", "b"]) truths.set(id, UNKNOWN_MATCH);
    truths.get("a");
    truths.set("c", UNKNOWN_MATCH);
    expect(["a", "b", "c"].map((id) => truths.get(id) !== undefined)).toEqual([true, false, true]);
  });

  it("are bounded by what they retain", () => {
    const large = truthOf("a", 100);
    const truths = new TruthCache(100, 2.5 * truthBytes(large));
    for (const id of ["a", "b", "c"]) truths.set(id, large);
    expect(truths.get("a")).toBeUndefined();
    expect(truths.get("c")).toBe(large);
    expect(truths.bytes).toBe(2 * truthBytes(large));
    truths.set("c", UNKNOWN_MATCH);
    truths.forget("b");
    expect(truths.bytes).toBe(truthBytes(UNKNOWN_MATCH));
    truths.forgetAll();
    expect(truths.bytes).toBe(0);
  });

  it("do not include one that is larger than all may be", () => {
    const truths = new TruthCache(100, 20_000);
    truths.set("a", truthOf("a", 100));
    expect(truths.get("a")).toBeUndefined();
    expect(truths.bytes).toBe(0);
  });

  it("retain more with every event", () => {
    expect(truthBytes(truthOf("a", 200))).toBeGreaterThan(
      1.8 * truthBytes(truthOf("a", 100)) - truthBytes(UNKNOWN_MATCH),
    );
  });
});
