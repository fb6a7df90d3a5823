import { describe, expect, it } from "vitest";
import { changedFacts, type FactName } from "../dependencies/facts.ts";
import type { MatchState } from "../match/match-state.ts";
import { first, fixture, happening, HOME, kickOff, lineups, stateOf } from "../testing/example-events.ts";
import { playedMatch } from "../testing/any-match.ts";
import { equalJson } from "../json/equal-json.ts";
import { blameOf, factsToBlame } from "./facts-to-blame.ts";
import { differingParts } from "./state-parts.ts";

const before = stateOf(fixture(), ...lineups(), kickOff());
const goal = first(10, "goal", { ...HOME, player: "h9" });
const weather = happening("weather", 11, { payload: { condition: "rain" } });
const after = stateOf(fixture(), ...lineups(), kickOff(), goal, weather);
const changed = changedFacts(before, after);

async function blamedFor(looksAt: (state: MatchState) => unknown, suspects: readonly FactName[] = changed) {
  return factsToBlame(before, after, suspects, async (state) => !equalJson(looksAt(state), looksAt(before)));
}

describe("parts in which two states differ", () => {
  it("make the other state when all are applied, and one part alone leaves the rest as it was", () => {
    const events = playedMatch(3, { corrections: true });
    let state = stateOf(...events.slice(0, 1));
    for (let count = 2; count <= events.length; count++) {
      const next = stateOf(...events.slice(0, count));
      const parts = differingParts(state, next);
      expect(parts.reduce<MatchState>((made, part) => part.applyTo(made), state)).toEqual(next);
      for (const part of parts)
        expect(differingParts(state, part.applyTo(state)).map(({ name }) => name)).toEqual([part.name]);
      state = next;
    }
  });
});

describe("the facts to blame for another prediction", () => {
  it("are the one fact that was looked at", async () => {
    expect(changed).toEqual(expect.arrayContaining(["score", "goal_order", "weather"]));
    expect(await blamedFor((state) => state.weather)).toEqual(["weather"]);
    expect(await blamedFor((state) => state.score)).toEqual(["score"]);
  });

  it("are all that hang on one part, where nothing tells them apart", async () => {
    expect(await blamedFor((state) => state.goals.length)).toEqual(["goal_times", "goal_order", "scorers"]);
  });

  it("are all suspects, where only several changes together make a difference", async () => {
    const both = (state: MatchState): boolean => state.weather !== null && state.score.home > 0;
    expect(await blamedFor(both)).toEqual(changed);
  });

  it("are never a fact that is declared already", async () => {
    expect(await blamedFor((state) => state.weather, ["score", "weather"])).toEqual(["weather"]);
    expect(await blamedFor((state) => state.weather, ["score"])).toEqual(["score"]);
  });

  it("are the fewest that explain every witness", () => {
    expect([...blameOf([["unavailable", "absences"], ["absences"]])]).toEqual(["absences"]);
    expect([...blameOf([["goal_times", "goal_order"], ["weather"]])]).toEqual(["weather", "goal_times", "goal_order"]);
  });
});
