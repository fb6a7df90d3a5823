import { eventKey, foldLog, MatchEvent } from "@touchline/domain";
import { describe, expect, it } from "vitest";
import { MatchScript } from "../../../../test/setup/match-events.ts";
import { StoryFolds } from "./story-fold.ts";

const story = (count: number): MatchEvent[] =>
  Array.from({ length: count }, (_unused, index) =>
    MatchEvent.parse({
      id: `p${index}`,
      source: "test",
      matchId: "m-1",
      type: "odds_update",
      occurredAt: new Date(Date.parse("2026-08-15T14:00:00Z") + index * 1_000).toISOString(),
      payload: { market: "match_result", prices: { home: 2 + (index % 7) / 10, draw: 3.2, away: 3.4 } },
    }),
  );

/** A clock that goes on by so many milliseconds whenever it is looked at. */
function ticking(ms: number): () => number {
  let now = 0;
  return () => (now += ms);
}

describe("a story of a match", () => {
  it("is folded to what its log is folded to, however its events stand", async () => {
    const match = new MatchScript("m-1");
    const events = [
      match.fixture(),
      match.kickOff(),
      match.goal("home", 12),
      match.corner("away", 14),
      match.at("red_card", 30, { team: "away" }),
      match.endOfHalf("first_half"),
      match.event("period_start", { period: "second_half", minute: 45 }),
      match.goal("away", 60),
      ...story(100),
    ];
    const log = new Map(events.map((event) => [eventKey(event), event]));
    const folds = new StoryFolds({ budgetMs: 1_000, monotonic: ticking(0.1) });
    for (const told of [events, events.toReversed()])
      expect((await folds.fold(told)).state).toEqual(foldLog(log).state);
  });

  it("lets others have a turn while it is folded", async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 0);
    await new StoryFolds({ budgetMs: 60_000, monotonic: ticking(5) }).fold(story(50));
    clearInterval(others);
    expect(turns).toBeGreaterThan(1);
  });

  it("is given up where it takes more than its budget, and the next one is folded", async () => {
    const folds = new StoryFolds({ budgetMs: 100, monotonic: ticking(6) });
    await expect(folds.fold(story(100))).rejects.toMatchObject({ code: "story_too_costly", status: 422 });
    expect((await folds.fold(story(3))).log.size).toBe(3);
  });

  it("waits for those before it, and is refused where too many wait", async () => {
    const folds = new StoryFolds({ budgetMs: 60_000, monotonic: ticking(1) });
    const running = Array.from({ length: 8 }, async () => folds.fold(story(20)));
    await expect(folds.fold(story(1))).rejects.toMatchObject({ code: "dry_runs_busy", status: 503 });
    expect((await Promise.all(running)).map(({ log }) => log.size)).toEqual(running.map(() => 20));
    expect((await folds.fold(story(1))).log.size).toBe(1);
  });
});
