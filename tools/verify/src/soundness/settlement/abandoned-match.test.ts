import { MatchEvent } from "@touchline/domain";
import { shippedPredictor } from "@touchline/model";
import { describe, expect, it } from "vitest";
import { checkMatch } from "../check-match.ts";
import { bundledMatches } from "../testing/bundled-matches.ts";
import { abandonedMatchOf, decidedBy } from "./abandoned-match.ts";

/** Southampton 3-2 West Ham: 11' 1-0, 38' 2-0 (penalty), 44' 2-1, 73' 2-2, 92' 3-2 (penalty). */
const southampton = bundledMatches().find(({ file }) => file.includes("southampton"))?.events ?? [];

/** The match up to a minute of a half; then it is abandoned, and closed by its feed. */
function stoppedAt(period: "first_half" | "second_half", minute: number): MatchEvent[] {
  const end = southampton.findIndex((event) => event.period === period && (event.minute ?? 0) >= minute);
  const before = southampton.slice(0, end);
  const { source, matchId, occurredAt, sequence = 0 } = before.at(-1) ?? {};
  const next = (id: string, type: string, after: number): MatchEvent =>
    MatchEvent.parse({ id, type, source, matchId, occurredAt, sequence: sequence + after, period, minute });
  return [...before, next("stop", "abandoned", 1), next("close", "full_time", 2)];
}

describe("a match that was abandoned at 2-0", () => {
  const match = abandonedMatchOf(stoppedAt("first_half", 40));
  const decided = (market: string) => match && decidedBy(match, market);

  it.each([
    ["over_under_1_5", { over: 1, under: 0 }],
    ["half_time_over_under_1_5", { over: 1, under: 0 }],
    ["first_goal", { home: 1, away: 0, none: 0 }],
    ["goals_15_30_over_under_0_5", { over: 0, under: 1 }],
    ["home_to_score_first_half", { yes: 1, no: 0 }],
    ["penalty_awarded", { yes: 1, no: 0 }],
  ])("had decided %s", (market, outcomes) => {
    expect(decided(market)).toEqual(outcomes);
  });

  it.each([
    "match_result",
    "over_under_2_5",
    "next_goal",
    "goals_30_45_over_under_1_5",
    "btts_both_halves",
    "multigoals",
  ])("had not decided %s", (market) => {
    expect(decided(market)).toBe("undecided");
  });

  it("had decided more in the second half", () => {
    const later = abandonedMatchOf(stoppedAt("second_half", 70));
    expect(later && decidedBy(later, "half_time_result")).toEqual({ home: 1, draw: 0, away: 0 });
    expect(later && decidedBy(later, "next_goal_first_half")).toEqual({ home: 0, away: 0, none: 1 });
    expect(later && decidedBy(later, "btts_both_halves")).toBe("undecided");
  });

  it("is none once it has been resumed", () => {
    const events = stoppedAt("first_half", 40);
    const resumed = MatchEvent.parse({ ...events.at(-1), id: "on", type: "resumed" });
    expect(abandonedMatchOf([...events, resumed])).toBeUndefined();
  });
});

describe("checking abandoned matches", () => {
  it.each([
    ["first_half", 40],
    ["second_half", 70],
  ] as const)("finds no miss, and what play had not decided void: %s, minute %s", async (period, minute) => {
    const arrivals = stoppedAt(period, minute).map((event) => ({ event, injected: false }));
    const { misses, missList, settlement } = await checkMatch(
      arrivals,
      shippedPredictor(),
      new AbortController().signal,
    );
    expect(settlement.errorList).toEqual([]);
    expect(settlement.checked).toBeGreaterThan(150);
    expect(missList).toEqual([]);
    expect(misses).toBe(0);
  });
});
