import { describe, expect, it } from "vitest";
import type { MatchEvent } from "../events/event.ts";
import { randomFrom, scattered } from "../testing/random-source.ts";
import {
  AWAY,
  type Details,
  fixture,
  happening,
  HOME,
  regularTime,
  startOf,
  stateOf,
} from "../testing/example-events.ts";

let minutes = 156;
const kick = (type: string, details: Details): MatchEvent =>
  happening(type, (minutes += 1), { period: "shoot_out", minute: 120, ...details });

function shootOut(...kicks: MatchEvent[]) {
  const events = [fixture({ knockout: true }), ...regularTime(), startOf("shoot_out"), ...kicks];
  const { shootOut: counted, penaltiesAwarded, penaltyPending } = stateOf(...events);
  expect(stateOf(...scattered(events, randomFrom(kicks.length))).shootOut).toEqual(counted);
  expect([penaltiesAwarded, penaltyPending]).toEqual([0, null]);
  return counted;
}

describe("kicks of a shoot-out", () => {
  it("may be reported as goals and missed penalties", () => {
    expect(shootOut(kick("goal", HOME), kick("penalty_missed", AWAY), kick("goal", HOME))).toEqual({
      scored: { home: 2, away: 0 },
      taken: { home: 2, away: 1 },
    });
  });

  it("may be reported as penalties taken, awarded or not", () => {
    const taken = (details: Details, scored: boolean) => [
      kick("penalty_awarded", details),
      kick("penalty_taken", { ...details, payload: { scored } }),
    ];
    expect(shootOut(...taken(HOME, true), ...taken(AWAY, false), ...taken(HOME, true))).toEqual({
      scored: { home: 2, away: 0 },
      taken: { home: 2, away: 1 },
    });
  });

  it("reported twice, as taken and as a goal or a miss, count once each", () => {
    const reported = (details: Details, scored: boolean) => [
      kick("penalty_taken", { ...details, payload: { scored } }),
      kick(scored ? "goal" : "penalty_missed", details),
    ];
    const home = { ...HOME, player: "h9" };
    expect(
      shootOut(...reported(home, true), ...reported(AWAY, false), ...reported(home, true), ...reported(AWAY, true)),
    ).toEqual({
      scored: { home: 2, away: 1 },
      taken: { home: 2, away: 2 },
    });
  });

  it("of one side in a row count as two for two players, for one type, or for two results", () => {
    const [nine, ten] = [
      { ...HOME, player: "h9" },
      { ...HOME, player: "h10" },
    ];
    const scored = { payload: { scored: true } };
    expect(shootOut(kick("shootout_kick", { ...nine, ...scored }), kick("goal", ten)).taken.home).toBe(2);
    expect(shootOut(kick("goal", HOME), kick("goal", HOME)).taken.home).toBe(2);
    expect(shootOut(kick("goal", HOME), kick("penalty_missed", HOME)).taken.home).toBe(2);
  });
});
