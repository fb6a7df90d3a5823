import { describe, expect, it } from "vitest";
import { appendEvent, type EventLog } from "../events/event-log.ts";
import { foldEvents } from "../match/fold-events.ts";
import type { MatchState } from "../match/match-state.ts";
import { unknownByPeriod } from "./items-of-totals.ts";
import { snapshotChanges } from "./snapshot.ts";
import { Totals, type TotalsInput } from "./totals.ts";

const MATCH = { matchId: "m1", source: "scores" };
const AT = "2026-05-01T19:10:00Z";
const totals = (more: Partial<TotalsInput>): Totals => Totals.parse({ period: "first_half", ...more });

/** The log after the answers, one after the other. */
function logAfter(...answers: readonly Totals[]): EventLog {
  let log: EventLog = new Map();
  for (const answer of answers) {
    const { retracted, revised, added } = snapshotChanges(log, { kind: "totals", totals: answer }, MATCH, AT);
    for (const event of [...retracted, ...revised, ...added]) log = appendEvent(log, event);
  }
  return log;
}

const after = (...answers: readonly Totals[]): MatchState => foldEvents(logAfter(...answers));

describe("a score without events", () => {
  const one = totals({ score: { first_half: { home: 1, away: 0 } } });

  it("has as many goals as it says", () => {
    expect(after(totals({}), one).score).toEqual({ home: 1, away: 0 });
  });

  it("takes the last one back when it falls", () => {
    expect(after(one, totals({ score: { first_half: { home: 0, away: 0 } } })).score.home).toBe(0);
  });

  it("knows the half-time score once the second half has begun", () => {
    const second = totals({
      period: "second_half",
      score: { first_half: { home: 1, away: 0 }, second_half: { home: 0, away: 2 } },
    });
    expect(after(one, second)).toMatchObject({ halfTimeScore: { home: 1, away: 0 }, score: { home: 1, away: 2 } });
  });

  it("goes from ninety minutes to a shoot-out where no extra time was played", () => {
    const goals = { first_half: { home: 1, away: 0 }, second_half: { home: 0, away: 1 } };
    const state = after(
      totals({ period: "shoot_out", phase: "ended", score: { ...goals, shoot_out: { home: 4, away: 2 } } }),
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

  it("of the whole match is spread over its periods as it rises and falls", () => {
    const at = (period: "first_half" | "second_half", home: number): Totals =>
      totals({ period, score: { home, away: 0 }, corners: { home: 2 * home, away: 1 } });
    const states = after(at("first_half", 1), at("second_half", 1), at("second_half", 3), at("second_half", 2));
    expect(states).toMatchObject({
      score: { home: 2, away: 0 },
      halfTimeScore: { home: 1, away: 0 },
      counts: { corners: { home: 4, away: 1 } },
      halfTimeCounts: { corners: { home: 2, away: 1 } },
    });
  });

  it("leaves what it does not mention as it stands", () => {
    const cards = totals({ score: { home: 0, away: 0 }, redCards: { home: 0, away: 1 } });
    expect(after(cards, totals({ score: { home: 1, away: 0 } }))).toMatchObject({
      score: { home: 1, away: 0 },
      redCards: { home: 0, away: 1 },
    });
  });

  it("is not enough by itself for a match that is past a half of which nothing is known", () => {
    const late = totals({ period: "second_half", score: { home: 2, away: 0 } });
    expect(unknownByPeriod(late, [])).toBe("score");
    expect(unknownByPeriod(late, [...logAfter(totals({})).values()])).toBeUndefined();
    const byPeriod = totals({ period: "second_half", score: { first_half: { home: 2, away: 0 } } });
    expect(unknownByPeriod(byPeriod, [])).toBeUndefined();
  });

  it("changes nothing the second time", () => {
    const same = totals({ score: { home: 1, away: 2 }, yellowCards: { home: 1, away: 0 } });
    const log = logAfter(same);
    const { added, revised, retracted } = snapshotChanges(
      log,
      { kind: "totals", totals: same },
      MATCH,
      "2026-05-01T20:00:00Z",
    );
    expect([...added, ...revised, ...retracted]).toEqual([]);
  });
});
