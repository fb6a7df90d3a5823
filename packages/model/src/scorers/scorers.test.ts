import { describe, expect, it } from "vitest";
import { EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { nextGoal } from "../goals/next-goal.ts";
import { finalScoreGrid } from "../goals/score-grids.ts";
import {
  goalsToCome,
  type LinedUpPlayer,
  OWN_GOAL_SHARE,
  type Position,
  scorerChances,
  scoringFactor,
} from "./scorers.ts";

const FORMATION: Position[] = ["GK", "DF", "DF", "DF", "DF", "MD", "MD", "MD", "FW", "FW", "FW"];
const BENCH: Position[] = ["GK", "DF", "MD", "MD", "FW", "FW", "DF"];
const squad: LinedUpPlayer[] = [
  ...FORMATION.map((position, index) => ({
    id: `p${index}`,
    position,
    status: "on" as const,
    goals: 0,
  })),
  ...BENCH.map((position, index) => ({
    id: `b${index}`,
    position,
    status: "bench" as const,
    goals: 0,
  })),
];
const now = situation({
  stage: "second_half",
  minute: 5,
  score: { home: 1, away: 0 },
  halfTimeScore: { home: 1, away: 0 },
});
const grid = finalScoreGrid(EXAMPLE_RATES, now);
const expectation = {
  toCome: goalsToCome(grid, "home", 1),
  next: nextGoal(EXAMPLE_RATES, now).home,
  substitutionsLeft: 3,
};
const chancesOf = (players: LinedUpPlayer[], team = expectation) =>
  new Map(scorerChances(players, now, team).map((chances) => [chances.id, chances]));

describe("scorers", () => {
  it("share the next goal, own goals left out", () => {
    const sum = scorerChances(squad, now, expectation).reduce((total, { next }) => total + next, 0);
    expect(sum).toBeCloseTo((1 - OWN_GOAL_SHARE) * expectation.next, 12);
  });

  it("agree with the goals the team is expected to score", () => {
    const expected = expectation.toCome.reduce((sum, distribution, goals) => sum + distribution * goals, 0);
    const scored = scorerChances(squad, now, expectation).reduce(
      (sum, { atLeast }) => sum + atLeast[0] + atLeast[1] + atLeast[2],
      0,
    );
    // Four and more goals of one player are all that is missing.
    expect(scored).toBeCloseTo((1 - OWN_GOAL_SHARE) * expected, 2);
  });

  it("rank by position, and leave little to the bench and nothing to those gone off", () => {
    const chances = chancesOf([...squad, { id: "gone", position: "FW", status: "off", goals: 0 }]);
    const anytime = (id: string) => chances.get(id)!.atLeast[0];
    expect(anytime("p10")).toBeGreaterThan(anytime("p6"));
    expect(anytime("p6")).toBeGreaterThan(anytime("p2"));
    expect(anytime("p2")).toBeGreaterThan(anytime("p0"));
    expect(anytime("b4")).toBeLessThan(anytime("p10") / 2);
    expect(chances.get("b4")!.next).toBe(0);
    expect(anytime("gone")).toBe(0);
  });

  it("keep what they have scored", () => {
    const chances = chancesOf(squad.map((player) => (player.id === "p9" ? { ...player, goals: 2 } : player)));
    expect(chances.get("p9")!.atLeast.slice(0, 2)).toEqual([1, 1]);
    expect(chances.get("p9")!.atLeast[2]).toBeCloseTo(chances.get("p10")!.atLeast[0], 12);
  });

  it("are led by the taker while a penalty is pending", () => {
    const chances = chancesOf(squad, {
      ...expectation,
      penalty: { taker: "p3", conversion: 0.717 },
    } as typeof expectation);
    expect(chances.get("p3")!.next).toBeGreaterThan(0.717);
  });

  it("weigh a man's own record as little as it is short", () => {
    expect(scoringFactor(0, 0)).toBe(1);
    expect(scoringFactor(2, 1)).toBeCloseTo(1.2, 12);
    expect(scoringFactor(20, 10)).toBeGreaterThan(1.6);
  });
});
