import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { remainingShare, shareUntil } from "./clock-profile.ts";
import { situation } from "../testing/example-match.ts";
import { DEFAULT_IN_PLAY } from "./in-play-params.ts";
import type { Situation } from "./situation.ts";

const remaining = (now: Situation) => remainingShare(now, DEFAULT_IN_PLAY.goalProfile, DEFAULT_IN_PLAY);
const total = (now: Situation) => remaining(now).first + remaining(now).second;

describe("the share of a match still to come", () => {
  it("is one before kick-off, of which the second half is the larger part", () => {
    expect(total(situation())).toBeCloseTo(1, 12);
    expect(remaining(situation()).second).toBeCloseTo(0.56, 2);
  });

  it("never grows with the clock and never ends before the half does", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("first_half", "second_half"),
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.option(fc.nat(10), { nil: undefined }),
        (stage, minute, later, announced) => {
          const stoppage = announced === undefined ? {} : { first: announced, second: announced };
          const now = total(situation({ stage, minute, stoppage }));
          const then = total(situation({ stage, minute: minute + later, stoppage }));
          expect(then).toBeLessThanOrEqual(now);
          expect(then).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("grows when more stoppage is announced than expected", () => {
    const at = (second?: number) =>
      total(
        situation({
          stage: "second_half",
          minute: 44,
          stoppage: second === undefined ? {} : { second },
        }),
      );
    expect(at(8)).toBeGreaterThan(2 * at(2));
    expect(at(3)).toBeCloseTo(at(), 1);
  });

  it("runs on without a jump where stoppage begins", () => {
    const before = total(situation({ stage: "first_half", minute: 45 - 1e-7 }));
    const after = total(situation({ stage: "first_half", minute: 45 + 1e-7 }));
    expect(after).toBeCloseTo(before, 6);
  });

  it("stands for the whole second half at half-time and for nothing at the end", () => {
    expect(remaining(situation({ stage: "half_time" }))).toEqual({
      first: 0,
      second: remaining(situation()).second,
    });
    expect(total(situation({ stage: "full_time" }))).toBe(0);
  });
});

describe("the share up to a point of the clock", () => {
  it("is what is left of the half at its end, and nothing once the point has passed", () => {
    const now = situation({ stage: "first_half", minute: 20 });
    const until = (half: "first" | "second", minute: number) =>
      shareUntil(now, { half, minute }, DEFAULT_IN_PLAY.goalProfile, DEFAULT_IN_PLAY);
    expect(until("first", Infinity)).toBe(remaining(now).first);
    expect(until("second", Infinity)).toBeCloseTo(total(now), 12);
    expect(until("second", 0)).toBe(remaining(now).first);
    expect(until("first", 10)).toBe(0);
    expect(until("first", 30)).toBeLessThan(until("first", 45));
  });
});
