import { PRIMITIVE_IDS, type PrimitiveId } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { AverageExpectations } from "../expectation/average-expectations.ts";
import { MatchDistributions } from "./match-distributions.ts";
import { paceOf } from "../situation/pace.ts";
import { situationOf } from "../situation/situation-of-state.ts";
import { statesOf } from "@touchline/feeds/testing";

const [first] = statesOf("demo.ndjson");

function distributionsOf(computeMs: Map<PrimitiveId, number>, now: () => number): MatchDistributions {
  const state = first!.state;
  const { rates, expectedStoppage } = new AverageExpectations().expectationOf(state);
  const situation = situationOf(state, { phase: "pre_match", minutesIntoPeriod: 0, rate: 0 }, expectedStoppage);
  return new MatchDistributions(
    { state, rates, situation: { ...situation, pace: paceOf(rates, situation) } },
    computeMs,
    now,
  );
}

/** A clock that shows one millisecond more whenever it is looked at. */
function tickingClock(): { now: () => number; looks: () => number } {
  let looks = 0;
  return { now: () => looks++, looks: () => looks };
}

describe("the time that a primitive took", () => {
  it("is its own, without that of the distributions it asked for", () => {
    const computeMs = new Map<PrimitiveId, number>();
    distributionsOf(computeMs, tickingClock().now).withPrimitive("to_qualify");
    // Looked at before and after each of the three, the inner two inside the outer one: 0 [1 2] [3 4] 5.
    expect(Object.fromEntries(computeMs)).toEqual({ full_time_score: 1, extra_time_score: 1, to_qualify: 3 });
  });

  it("sums to the time that all of them took", () => {
    const computeMs = new Map<PrimitiveId, number>();
    const clock = tickingClock();
    const distributions = distributionsOf(computeMs, clock.now);
    let totalMs = 0;
    for (const primitive of PRIMITIVE_IDS.toReversed()) {
      const before = clock.looks();
      distributions.withPrimitive(primitive);
      // From the first look to the last.
      totalMs += Math.max(0, clock.looks() - before - 1);
    }
    expect([...computeMs.keys()].toSorted()).toEqual([...PRIMITIVE_IDS].toSorted());
    expect([...computeMs.values()].reduce((sum, ms) => sum + ms, 0)).toBe(totalMs);
  });

  it("is added once, however often the distribution is asked for", () => {
    const computeMs = new Map<PrimitiveId, number>();
    const distributions = distributionsOf(computeMs, tickingClock().now);
    distributions.withPrimitive("own_goal_scored");
    const once = new Map(computeMs);
    distributions.withPrimitive("own_goal_scored");
    distributions.withPrimitive("full_time_score");
    expect(computeMs).toEqual(once);
  });
});
