import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../markets/catalogue.ts";
import type { MatchEvent } from "../events/event.ts";
import { planInvalidation } from "../planning/plan-invalidation.ts";
import { first, fixture, happening, HOME, kickOff, lineups, stateOf } from "../testing/example-events.ts";
import { randomFrom } from "../testing/random-source.ts";
import { drawLeftAlone, type LeftAlone } from "./left-alone.ts";

const start = [fixture(), ...lineups(), kickOff()];

function drawn(next: MatchEvent, share: number, random = randomFrom(1)): LeftAlone[] {
  const [before, after] = [stateOf(...start), stateOf(...start, next)];
  const plan = planInvalidation(before, after);
  return drawLeftAlone({ plan, before, after, markets: CATALOGUE, share, random });
}

describe("the markets drawn for verification", () => {
  it("are all that the event left alone, where all are asked for", () => {
    const corner = first(3, "corner", HOME);
    const plan = planInvalidation(stateOf(...start), stateOf(...start, corner));
    const all = drawn(corner, 1);
    expect(all).toHaveLength(plan.preserved);
    const touched = new Set(plan.touched.map(({ market }) => market));
    expect(all.filter(({ market }) => touched.has(market))).toEqual([]);
  });

  it("are the variants that it left alone, where it reached only some of them", () => {
    const price = happening("odds_update", -5, {
      payload: { market: "match_result", prices: { home: 2, draw: 3, away: 4 } },
    });
    const before = [fixture(), ...lineups()];
    const plan = planInvalidation(stateOf(...before), stateOf(...before, price));
    const input = { plan, before: stateOf(...before), after: stateOf(...before, price), markets: CATALOGUE };
    const all = drawLeftAlone({ ...input, share: 1, random: randomFrom(1) });
    expect(all.find(({ market }) => market === "match_result")?.variants).toEqual(["default", "decimal-105"]);
  });

  it("are about the share that was asked for", () => {
    const corner = first(3, "corner", HOME);
    const all = drawn(corner, 1).length;
    const random = randomFrom(2);
    let some = 0;
    for (let round = 0; round < 400; round++) some += drawn(corner, 0.1, random).length;
    expect(some / (400 * all)).toBeGreaterThan(0.09);
    expect(some / (400 * all)).toBeLessThan(0.11);
  });

  it("are none with a share of 0, and none after a step that changed no fact", () => {
    expect(drawn(first(3, "corner", HOME), 0)).toEqual([]);
    expect(drawn(first(3, "free_kick", HOME), 1)).toEqual([]);
  });
});
