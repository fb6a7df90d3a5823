import { describe, expect, it } from "vitest";
import { EXAMPLE_RATES, situation } from "../testing/example-match.ts";
import { nextGoal } from "../goals/next-goal.ts";
import { finalScoreGrid } from "../goals/score-grids.ts";
import { DEFAULT_IN_PLAY } from "../situation/in-play-params.ts";
import type { Situation } from "../situation/situation.ts";
import type { Position } from "./position.ts";
import { spansAhead } from "./presence.ts";
import { goalsToCome } from "./scorer-distribution.ts";
import { type LinedUpPlayer, OWN_GOAL_SHARE, scorerChances, type TeamExpectation } from "./scorers.ts";

const FORMATION: Position[] = ["GK", "DF", "DF", "DF", "DF", "MD", "MD", "MD", "FW", "FW", "FW"];
const BENCH: Position[] = ["GK", "DF", "MD", "MD", "FW", "FW", "DF"];
const squad: LinedUpPlayer[] = [
  ...FORMATION.map((position, index) => ({ id: `p${index}`, position, status: "on" as const, goals: 0 })),
  ...BENCH.map((position, index) => ({ id: `b${index}`, position, status: "bench" as const, goals: 0 })),
];
const NONE = 0.3;

function teamAt(now: Situation, substitutionsLeft = 3): TeamExpectation {
  const toCome = goalsToCome(finalScoreGrid(EXAMPLE_RATES, now), "home", now.score.home);
  const first = nextGoal(EXAMPLE_RATES, now).home;
  const branch = { chance: 1, toCome, scoredBy: null, first, none: NONE, intensity: 2.8 };
  return { branches: [branch], spans: spansAhead(now, DEFAULT_IN_PLAY), substitutionsLeft, unnamed: 0 };
}

const early = situation({
  stage: "second_half",
  minute: 5,
  score: { home: 1, away: 0 },
  halfTimeScore: { home: 1, away: 0 },
});
const chancesOf = (players: LinedUpPlayer[], team = teamAt(early)) =>
  new Map(scorerChances(players, team).players.map((chances) => [chances.id, chances]));
const priceOf = ({ wins, stands }: { wins: number; stands: number }) => wins / stands;

describe("scorers", () => {
  it("share out the whole chance of a first scorer, with those on no team sheet", () => {
    const team = teamAt(early);
    const { players, other } = scorerChances(squad, team);
    const sum = players.reduce((total, { first }) => total + first.wins, other);
    expect(sum).toBeCloseTo(team.branches[0]!.first, 12);
    expect(other).toBeLessThan(0.001);
  });

  it("agree with the goals the team is expected to score", () => {
    const team = teamAt(early);
    const expected = team.branches[0]!.toCome.reduce((sum, chance, goals) => sum + chance * goals, 0);
    const scored = scorerChances(squad, team).players.reduce(
      (sum, { atLeast }) => sum + atLeast[0].wins + atLeast[1].wins + atLeast[2].wins,
      0,
    );
    // Four and more goals of one player are all that is missing.
    expect(scored).toBeCloseTo((1 - OWN_GOAL_SHARE) * expected, 2);
  });

  it("rank by position, and leave nothing to those gone off", () => {
    const chances = chancesOf([...squad, { id: "gone", position: "FW", status: "gone", goals: 0 }]);
    const anytime = (id: string) => chances.get(id)!.atLeast[0].wins;
    expect(anytime("p10")).toBeGreaterThan(anytime("p6"));
    expect(anytime("p6")).toBeGreaterThan(anytime("p2"));
    expect(anytime("p2")).toBeGreaterThan(anytime("p0"));
    expect(anytime("gone")).toBe(0);
    expect(chances.get("gone")!.atLeast[0].stands).toBe(1);
  });

  it("may be substitutes, of the first goal as well", () => {
    const { first, atLeast } = chancesOf(squad, teamAt(situation())).get("b4")!;
    expect(first.wins).toBeGreaterThan(0);
    expect(first.stands).toBeLessThan(atLeast[0].stands);
    expect(atLeast[0].stands).toBeLessThan(1);
  });

  it("return the stake on a substitute who stays on the bench, so his price is that of one who comes on", () => {
    const chance = chancesOf(squad).get("b4")!.atLeast[0];
    expect(priceOf(chance)).toBeGreaterThan(chance.wins);
    const none = chancesOf(squad, teamAt(early, 0)).get("b4")!;
    expect(none.atLeast[0]).toEqual({ wins: 0, stands: 0 });
    const hurt = chancesOf(squad.map((player) => (player.id === "b4" ? { ...player, status: "out" } : player)));
    expect(hurt.get("b4")!.first).toEqual({ wins: 0, stands: 0 });
  });

  it("come on more often where five may be brought on instead of three", () => {
    const stands = (allowed: number) => chancesOf(squad, teamAt(situation(), allowed)).get("b4")!.atLeast[0].stands;
    expect(stands(5)).toBeGreaterThan(stands(3) + 0.1);
    const everyone = [...chancesOf(squad, teamAt(situation())).values()].slice(11);
    const entering = everyone.reduce((sum, { atLeast }) => sum + atLeast[0].stands, 0);
    expect(entering).toBeCloseTo(3 * 0.9454, 6);
  });

  it("keep what they have scored", () => {
    const chances = chancesOf(squad.map((player) => (player.id === "p9" ? { ...player, goals: 2 } : player)));
    const { atLeast } = chances.get("p9")!;
    expect([atLeast[0].wins, atLeast[1].wins]).toEqual([1, 1]);
    expect(atLeast[2].wins).toBeCloseTo(chances.get("p10")!.atLeast[0].wins, 12);
  });

  it("are led by forwards while a penalty is pending, and by nobody on the bench", () => {
    const team = teamAt(early);
    const [missed] = team.branches;
    const scored = { ...missed!, chance: 0.7, scoredBy: "team" as const, first: 0, none: 0 };
    const chances = chancesOf(squad, { ...team, branches: [scored, { ...missed!, chance: 0.3 }] });
    const first = [...chances.values()].map((each) => each.first);
    expect(first.reduce((sum, { wins }) => sum + wins, 0)).toBeCloseTo(0.7 + 0.3 * missed!.first, 3);
    expect(chances.get("p10")!.first.wins).toBeGreaterThan(0.15);
    expect(chances.get("b4")!.first.stands).toBeLessThan(0.3);
  });

  it("do not jump where stoppage begins", () => {
    const at = (minute: number) =>
      chancesOf(squad, teamAt(situation({ ...early, minute, stoppage: { second: 5 } }))).get("b4")!;
    const before = at(45 - 1e-7);
    const after = at(45 + 1e-7);
    expect(priceOf(after.atLeast[0])).toBeCloseTo(priceOf(before.atLeast[0]), 5);
    expect(after.atLeast[0].stands).toBeCloseTo(before.atLeast[0].stands, 5);
    expect(at(48).atLeast[0].stands).toBeLessThan(after.atLeast[0].stands);
  });
});
