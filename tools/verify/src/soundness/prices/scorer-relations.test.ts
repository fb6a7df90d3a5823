import { type MatchEvent, foldEvents } from "@touchline/domain";
import { type ScorersAndGoals, shippedPredictor } from "@touchline/model";
import { describe, expect, it } from "vitest";
import { appendEvent, type EventLog, MatchEvent as Event } from "@touchline/domain";
import { bundledMatches } from "../testing/bundled-matches.ts";
import { scorerFaults } from "./scorer-relations.ts";

const begun = bundledMatches()[0]!.events.slice(0, 4);
const given = Event.parse({
  ...begun.at(-1),
  id: "spot",
  type: "penalty_awarded",
  team: "home",
  payload: {},
  sequence: 4,
});
const clock = { phase: "second_half", minutesIntoPeriod: 18, rate: 1 } as const;

function scorersAt(events: readonly MatchEvent[]): ScorersAndGoals {
  const log = events.reduce<EventLog>((known, event) => appendEvent(known, event), new Map());
  const state = { ...foldEvents(log), periodsPlayed: 1, halfTimeScore: { home: 0, away: 0 } };
  return shippedPredictor().scorersOf(state, clock, "none");
}

const moment = { goals: { home: 0, away: 0 }, first: true, penalty: null } as const;

describe("bets on scorers", () => {
  it("agree with the goals that the same model expects, a penalty pending or not", () => {
    expect(scorerFaults(scorersAt(begun), moment)).toEqual([]);
    const pending = scorersAt([...begun, given]);
    expect(scorerFaults(pending, { ...moment, penalty: "home" })).toEqual([]);
    expect(pending.nextGoal["home"]).toBeGreaterThan(0.717);
  });

  it("that overlook a pending penalty, or leave out the bench, are found", () => {
    const pending = { ...scorersAt([...begun, given]), squad: scorersAt(begun).squad };
    expect(scorerFaults(pending, { ...moment, penalty: "home" }).length).toBeGreaterThan(0);
    const { squad, ...goals } = scorersAt(begun);
    const players = squad.players.map((player) =>
      player.first.stands < 1 ? { ...player, first: { wins: 0, stands: 0 } } : player,
    );
    expect(scorerFaults({ ...goals, squad: { ...squad, players } }, moment).join()).toContain("do not sum to 1");
  });
});
