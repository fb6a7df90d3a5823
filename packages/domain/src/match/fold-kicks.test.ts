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
  it("are told as goals and missed penalties by some feeds", () => {
    expect(shootOut(kick("goal", HOME), kick("penalty_missed", AWAY), kick("goal", HOME))).toEqual({
      scored: { home: 2, away: 0 },
      taken: { home: 2, away: 1 },
    });
  });

  it("are told as penalties taken by others, awarded or not", () => {
    const taken = (details: Details, scored: boolean) => [
      kick("penalty_awarded", details),
      kick("penalty_taken", { ...details, payload: { scored } }),
    ];
    expect(shootOut(...taken(HOME, true), ...taken(AWAY, false), ...taken(HOME, true))).toEqual({
      scored: { home: 2, away: 0 },
      taken: { home: 2, away: 1 },
    });
  });

  it("that are told twice, as taken and as a goal or a miss, are one each", () => {
    const told = (details: Details, scored: boolean) => [
      kick("penalty_taken", { ...details, payload: { scored } }),
      kick(scored ? "goal" : "penalty_missed", details),
    ];
    const home = { ...HOME, player: "h9" };
    expect(shootOut(...told(home, true), ...told(AWAY, false), ...told(home, true), ...told(AWAY, true))).toEqual({
      scored: { home: 2, away: 1 },
      taken: { home: 2, away: 2 },
    });
  });

  it("of one side in a row are two, if they are of two players, of one type, or end differently", () => {
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
