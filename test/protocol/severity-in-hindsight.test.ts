import {
  appendEvent,
  EMPTY_STATE,
  type EventLog,
  foldEvents,
  type MatchEvent,
  type MatchState,
  planInvalidation,
} from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";

function foldOf(...events: readonly MatchEvent[]): MatchState {
  return foldEvents(events.reduce<EventLog>((log, event) => appendEvent(log, event), new Map()));
}

function severityOf(market: string, before: MatchState, after: MatchState): string | undefined {
  return planInvalidation(before, after).touched.find((touch) => touch.market === market)?.severity;
}

describe("a change is hard when the match was in play before it or is after it", () => {
  it("also where it takes the kick-off back together with a goal", () => {
    const match = new MatchScript("m-1");
    const reported = [match.fixture(), match.kickOff(), match.goal("home", 3)];
    const before = foldOf(...reported);
    expect(severityOf("match_result", before, foldOf(...reported.slice(0, 1)))).toBe("hard");
  });

  it("also where a goal is corrected after the final whistle: what that whistle left open may be traded again", () => {
    const match = new MatchScript("m-1");
    const squad = (side: string) => ({
      starters: Array.from({ length: 11 }, (_unused, index) => ({ id: `${side}${index}`, position: "MD" as const })),
      bench: [],
    });
    const reported = [
      match.fixture(),
      match.event("lineup_confirmed", { team: "home", payload: squad("h") }),
      match.event("lineup_confirmed", { team: "away", payload: squad("a") }),
      match.kickOff(),
      match.goal("home", 5),
      match.endOfHalf("first_half"),
      match.endOfHalf("second_half"),
      match.event("full_time"),
    ];
    expect(severityOf("anytime_scorer", foldOf(...reported), foldOf(...reported, match.goal("away", 90)))).toBe("hard");
  });

  it("and soft before kick-off", () => {
    const match = new MatchScript("m-1");
    const fixture = match.fixture();
    const moved = match.fixture({ home: "Town" });
    expect(severityOf("match_result", foldOf(fixture), foldOf(fixture, moved)) ?? "soft").toBe("soft");
    expect(planInvalidation(EMPTY_STATE, foldOf(fixture)).touched.every(({ severity }) => severity === "soft")).toBe(
      true,
    );
  });
});

describe("two prices of one millisecond that both panic", () => {
  it("count both: what has seen the first has not seen the second", () => {
    const match = new MatchScript("m-1");
    const at = (second: number): string => new Date(match.kickoffAt - 3_600_000 + second * 1_000).toISOString();
    const price = (market: string, home: number, second: number): MatchEvent =>
      match.event("odds_update", {
        occurredAt: at(second),
        payload:
          market === "match_result"
            ? { market, prices: { home, draw: 3.4, away: 3.6 } }
            : { market, prices: { over: home, under: 1.9 } },
      });
    const quiet = Array.from({ length: 12 }, (_unused, index) => [
      price("match_result", 2 + (index % 2) * 0.01, index),
      price("over_under_2_5", 1.9 + (index % 2) * 0.01, index),
    ]).flat();
    const first = price("match_result", 1.2, 20);
    const second = price("over_under_2_5", 1.2, 20);
    const [calm, one, both] = [
      foldOf(match.fixture(), ...quiet),
      foldOf(match.fixture(), ...quiet, first),
      foldOf(match.fixture(), ...quiet, first, second),
    ];
    expect(planInvalidation(calm, one).panicMoved).toBe(true);
    expect(planInvalidation(one, both).panicMoved).toBe(true);
  });
});
