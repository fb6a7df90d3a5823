import type { MatchEvent } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const redis: Redis = connectTestRedis();
afterAll(async () => redis.quit());

let store: TestStore;
let match: MatchScript;
beforeEach(() => {
  store = new TestStore(redis);
  match = new MatchScript("m-1");
});

function lineup(team: "home" | "away"): MatchEvent {
  const starters = Array.from({ length: 11 }, (_unused, index) => ({
    id: `${team}-${index + 1}`,
    position: index === 0 ? ("GK" as const) : index > 8 ? ("FW" as const) : ("MD" as const),
  }));
  return match.event("lineup_confirmed", { team, payload: { starters, bench: [] } });
}

async function statusOf(market: string): Promise<string | undefined> {
  return (await store.statuses("m-1"))[market];
}

describe("a goal that falls while a market is not in the match", () => {
  it("has the scorers suspended when the withdrawn team sheet comes back", async () => {
    const sheet = lineup("home");
    await store.apply(match.fixture(), sheet, lineup("away"), match.kickOff());
    await store.refresh("m-1");
    expect(await statusOf("anytime_scorer")).toBe("fresh");
    await store.apply({ ...sheet, revision: 2, retracted: true });
    await store.apply(match.goal("home", 5, { player: "home-10" }));
    await store.refresh("m-1");
    await store.apply({ ...sheet, revision: 3, retracted: false });
    expect(await statusOf("anytime_scorer")).toBe("suspended");
  });

  it("has the qualification suspended when the fixture is a knockout match again", async () => {
    const fixture = match.fixture({ knockout: true });
    await store.apply(fixture, match.kickOff());
    await store.refresh("m-1");
    expect(await statusOf("to_qualify")).toBe("fresh");
    await store.apply({ ...fixture, revision: 2, payload: { ...fixture.payload, knockout: false } });
    await store.refresh("m-1");
    await store.apply(match.goal("home", 5));
    await store.refresh("m-1");
    await store.apply({ ...fixture, revision: 3 });
    expect(await statusOf("to_qualify")).toBe("suspended");
  });

  it("leaves it soft when nothing hard happened meanwhile", async () => {
    const fixture = match.fixture({ knockout: true });
    await store.apply(fixture, match.kickOff());
    await store.refresh("m-1");
    await store.apply({ ...fixture, revision: 2, payload: { ...fixture.payload, knockout: false } });
    await store.apply(match.corner("home", 5));
    await store.apply({ ...fixture, revision: 3 });
    expect(["stale", "fresh"]).toContain(await statusOf("to_qualify"));
  });
});

describe("a goal reported after the final whistle, which is then taken back", () => {
  it("has every market suspended that the goal touches, those too that the whistle had left open", async () => {
    await store.apply(
      match.fixture(),
      lineup("home"),
      lineup("away"),
      match.kickOff(),
      // Without its scorer, so that the whistle cannot settle the scorers.
      match.goal("home", 5),
      match.endOfHalf("first_half"),
      match.event("period_start", { period: "second_half" }),
    );
    await store.refresh("m-1");
    const whistle = match.event("full_time");
    await store.apply(whistle);
    expect(await statusOf("anytime_scorer")).toBe("suspended");
    await store.apply(match.goal("away", 90));
    await store.apply({ ...whistle, revision: 2, retracted: true });
    expect(await statusOf("match_result")).toBe("suspended");
    expect(await statusOf("anytime_scorer")).toBe("suspended");
  });
});
