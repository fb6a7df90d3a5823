import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familiesOf, gapOf } from "../dependencies/coverage.ts";
import { FACT_FAMILIES, type FactFamily } from "../events/fact-family.ts";
import type { MatchEvent } from "../events/event.ts";
import { CATALOGUE, findMarket, marketsOf } from "../markets/catalogue.ts";
import { isListed, type Market } from "../markets/market.ts";
import { settlementOf } from "../markets/settlement.ts";
import { suspensionOf } from "../markets/suspension.ts";
import { planInvalidation } from "../planning/plan-invalidation.ts";
import {
  AWAY,
  endOf,
  first,
  fixture,
  fullTime,
  halfTime,
  happening,
  HOME,
  kickOff,
  lineups,
  retracted,
  revised,
  second,
  secondHalf,
  stateOf,
} from "../testing/example-events.ts";

const market = (id: string): Market => findMarket(id)!;
const corners = market("corners_over_under_9_5");
const fewCorners = market("corners_over_under_7_5");
const halfTimeCorners = market("half_time_corners_over_under_3_5");
const goals = market("over_under_2_5");
const without = (...families: readonly FactFamily[]): FactFamily[] =>
  FACT_FAMILIES.filter((family) => !families.includes(family));
const carries = (coverage: readonly FactFamily[], minute: number, details = {}): MatchEvent =>
  first(minute, "coverage_changed", { payload: { coverage: [...coverage], ...details } });
const cornersAt = (minutes: readonly number[]): MatchEvent[] => minutes.map((minute) => first(minute, "corner", HOME));
const ended = (): MatchEvent[] => [halfTime(), secondHalf(), endOf("second_half"), fullTime()];
const covered = (coverage: readonly string[]): MatchEvent => revised(fixture(), { payload: fixturePayload(coverage) });
const fixturePayload = (coverage: readonly string[]) => ({
  home: "Arsenal",
  away: "Leicester",
  kickoff: "2026-05-01T19:00:00Z",
  competition: "ENG-Premier League",
  coverage: [...coverage],
});

describe("a match whose fixture says what its feed carries", () => {
  const events = [covered(without("corners")), ...lineups(), kickOff()];

  it("has no market on the rest, and settles none at the end", () => {
    for (const state of [stateOf(...events), stateOf(...events, ...ended())]) {
      const listed = new Set(marketsOf(state));
      for (const each of CATALOGUE)
        if (familiesOf(each).includes("corners")) {
          expect(listed.has(each), each.id).toBe(false);
          expect(suspensionOf(each, state)).toBe("not_covered");
        }
      expect(isListed(goals, state)).toBe(true);
    }
  });

  it("has them all again once the fixture is corrected", () => {
    const corrected = revised(covered(without("corners")), { payload: fixturePayload(FACT_FAMILIES) });
    const state = stateOf(...events, corrected);
    expect(gapOf(corners, state)).toBeUndefined();
  });

  it("names each family once, in one order", () => {
    const { payload } = covered(["corners", "goals", "corners"]);
    expect(payload).toMatchObject({ coverage: ["goals", "corners"] });
  });

  it("leaves the word of a fixture alone that another source reports without coverage", () => {
    const state = stateOf(...events, { ...fixture(), source: "other", id: "other-fixture" });
    expect(gapOf(corners, state)).toBe("never");
  });
});

describe("a feed that stops carrying corners in mid-match", () => {
  const begun = [fixture(), ...lineups(), kickOff(), ...cornersAt([2, 5, 9, 14])];
  const stopped = [...begun, carries(without("corners"), 20)];

  it("suspends what is open on them, and nothing else", () => {
    const state = stateOf(...stopped);
    expect(suspensionOf(corners, state)).toBe("not_covered");
    expect(isListed(corners, state)).toBe(true);
    expect(suspensionOf(goals, state)).toBeUndefined();
    const { touched, offerChanged } = planInvalidation(stateOf(...begun), state);
    expect(new Set(touched.map(({ market: id }) => market(id).category))).toEqual(new Set(["corners"]));
    expect(touched.every(({ severity, because }) => severity === "hard" && because.join() === "coverage.corners")).toBe(
      true,
    );
    expect(offerChanged).toContain(corners.id);
  });

  it("settles nothing by an end that comes later, and leaves settled what had been counted", () => {
    const state = stateOf(...stopped, ...ended());
    expect(settlementOf(halfTimeCorners, state)?.outcomes).toEqual({ over: 1, under: 0 });
    expect(settlementOf(corners, state)).toBeUndefined();
    expect(settlementOf(market("half_time_corners_over_under_4_5"), state)).toBeUndefined();
    expect(settlementOf(goals, state)?.outcomes).toEqual({ over: 0, under: 1 });
  });

  it("settles a half that had ended before it stopped", () => {
    const late = second(70, "coverage_changed", { payload: { coverage: without("corners") } });
    const state = stateOf(...begun, halfTime(), secondHalf(), late, endOf("second_half"), fullTime());
    expect(settlementOf(market("half_time_corners_over_under_4_5"), state)?.outcomes).toEqual({ over: 0, under: 1 });
    expect(settlementOf(fewCorners, state)).toBeUndefined();
  });

  it("stays suspended when corners come back, unless what was missed has been reported", () => {
    const back = stateOf(...stopped, carries(FACT_FAMILIES, 30), ...ended());
    expect([suspensionOf(corners, back), settlementOf(corners, back)]).toEqual(["not_covered", undefined]);
    const reported = stateOf(...stopped, carries(FACT_FAMILIES, 30, { complete: true }));
    expect(suspensionOf(corners, reported)).toBeUndefined();
    expect(planInvalidation(stateOf(...stopped), reported).touched.map(({ market: id }) => id)).toContain(corners.id);
  });

  it("is as if it had never been when it is taken back", () => {
    const stop = stopped.at(-1)!;
    expect(stateOf(...stopped, retracted(stop))).toEqual(stateOf(...begun));
  });

  it("goes on while another source that says so carries them", () => {
    const other = { ...carries(["corners"], 10), source: "other" };
    expect(suspensionOf(corners, stateOf(...stopped, other))).toBeUndefined();
  });

  it("misses nothing after the last whistle", () => {
    const whole = [...begun, ...ended()];
    const state = stateOf(...whole, happening("coverage_changed", 200, { payload: { coverage: [] } }));
    expect(settlementOf(corners, state)).toEqual(settlementOf(corners, stateOf(...whole)));
  });
});

describe("a feed that stops carrying goals", () => {
  const begun = [fixture(), ...lineups(), kickOff(), first(3, "goal", HOME), first(16, "bet_start")];

  it("leaves a window settled that had passed, and settles none that passes later", () => {
    const later = [carries(without("goals"), 20), first(31, "corner", AWAY)];
    const state = stateOf(...begun, ...later);
    expect(settlementOf(market("goals_0_15_over_under_0_5"), state)?.outcomes).toEqual({ over: 1, under: 0 });
    expect(settlementOf(market("goals_15_30_over_under_0_5"), state)).toBeUndefined();
    expect(settlementOf(goals, stateOf(...begun, ...later, ...ended()))).toBeUndefined();
  });
});

describe("coverage in any order of arrival", () => {
  it("is the same", () => {
    const events = [
      covered(without("cards")),
      ...lineups(),
      kickOff(),
      ...cornersAt([2, 5]),
      carries(without("corners"), 20),
      carries(["goals"], 30),
      carries(FACT_FAMILIES, 40, { complete: true }),
      ...ended(),
    ];
    const expected = JSON.stringify(stateOf(...events));
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(JSON.stringify(stateOf(...shuffled))).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });
});
