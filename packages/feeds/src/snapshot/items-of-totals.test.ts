import { describe, expect, it } from "vitest";
import {
  appendEvent,
  type EventLog,
  foldEvents,
  MatchEvent,
  type MatchEventInput,
  type MatchState,
} from "@touchline/domain";
import type { Totals } from "../adapter/adapter.ts";
import { diffSnapshot } from "./diff-snapshot.ts";
import { itemsOfTotals } from "./items-of-totals.ts";

const MATCH = { matchId: "m1", source: "scores" };
const totals = (more: Partial<Totals>): Totals => ({
  period: "first_half",
  phase: "playing",
  goals: {},
  asOf: "2026-05-01T19:10:00Z",
  ...more,
});

/** The state after the answers, one after the other. */
function after(...answers: readonly Totals[]): MatchState {
  let known: readonly MatchEventInput[] = [];
  let log: EventLog = new Map();
  for (const answer of answers) {
    const { retracted, revised, added, standing } = diffSnapshot(known, itemsOfTotals(answer, MATCH));
    known = standing;
    for (const event of [...retracted, ...revised, ...added]) log = appendEvent(log, MatchEvent.parse(event));
  }
  return foldEvents(log);
}

describe("a score without events", () => {
  const one = totals({ goals: { first_half: { home: 1, away: 0 } } });

  it("has as many goals as it says", () => {
    expect(after(totals({}), one).score).toEqual({ home: 1, away: 0 });
  });

  it("takes the last one back when it falls", () => {
    expect(after(one, totals({ goals: { first_half: { home: 0, away: 0 } } })).score.home).toBe(0);
  });

  it("knows the half-time score once the second half has begun", () => {
    const second = totals({
      period: "second_half",
      goals: { first_half: { home: 1, away: 0 }, second_half: { home: 0, away: 2 } },
    });
    expect(after(one, second)).toMatchObject({ halfTimeScore: { home: 1, away: 0 }, score: { home: 1, away: 2 } });
  });

  it("goes from ninety minutes to a shoot-out where no extra time was played", () => {
    const goals = { first_half: { home: 1, away: 0 }, second_half: { home: 0, away: 1 } };
    const state = after(
      totals({ period: "shoot_out", phase: "ended", goals: { ...goals, shoot_out: { home: 4, away: 2 } } }),
    );
    expect(state).toMatchObject({
      over: true,
      score: { home: 1, away: 1 },
      shootOut: { scored: { home: 4, away: 2 } },
    });
  });

  it.each(["postponed", "abandoned"] as const)("may be %s", (phase) => {
    expect(after(totals({ period: null, phase })).halted).toBe(phase);
  });
});
