import { type Impact, ProblemError } from "@touchline/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../tools/cli/src/testing/run-cli.ts";
import { type ApiFixture, startApi } from "../../services/api/src/testing/api-fixture.ts";
import { playMatch, type PlayedMatch } from "../../services/api/src/testing/played-match.ts";
import { patientClient } from "../setup/patient-client.ts";

const KICK_OFF = { type: "kick_off", period: "first_half", minute: 0 } as const;
const GOAL = { type: "goal", team: "home", period: "first_half", minute: 3 } as const;
const FIXTURE = { home: "Rovers", away: "United", kickoff: "2026-11-21T15:00:00Z", competition: "Cup" };

let api: ApiFixture;
let match: PlayedMatch;
let matches = 0;
beforeAll(async () => {
  api = await startApi({ env: { API_KEYS: "key" } });
});
afterAll(async () => api[Symbol.asyncDispose]());
beforeEach(async () => {
  match = await playMatch(api, `m-${++matches}`);
  await match.tell(KICK_OFF);
  await match.refresh();
});

/** What the command line shows. */
async function touchline(argv: readonly string[], stdin: unknown = ""): Promise<string> {
  const input = typeof stdin === "string" ? stdin : JSON.stringify(stdin);
  const { code, stdout, stderr } = await run([...argv, "--url", api.url], { stdin: input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("touchline impact", () => {
  it("shows changed facts, then markets by category, severity and cause, then what is decided and left alone", async () => {
    const text = await touchline(["impact", "--match", match.matchId], GOAL);
    expect(text).toMatch(
      /^goal what-if\/what-if · m-\d+ at version 2 · graph [0-9a-f]{12}\n\d+ hard · 0 soft · \d+ settled/,
    );
    expect(text).toMatch(/^score +\{"home":0,"away":0\} +\{"home":1,"away":0\}$/m);
    expect(text).toMatch(/^result +hard +\d+ +score +all +match_result /m);
    expect(text).toMatch(/^over_under_0_5 +over 1$/m);
    expect(text).toMatch(/^preserved \(\d+\): /m);
    expect(text).toMatch(/^computes \(\d+\): full_time_score /m);
    expect((await api.get(`/v1/matches/${match.matchId}`)).json()).toMatchObject({ version: 2 });
  });

  it("says that what is known already would change nothing", async () => {
    await match.tell({ ...GOAL, id: "goal" });
    const explanation = await patientClient({ url: api.url }).explain(match.matchId, "match_result", {
      event: "test/goal",
    });
    const event = explanation.event?.["event"];
    expect(await touchline(["impact"], event)).toContain("known already: nothing would change");
  });

  it("tells a match from its beginning: an array, NDJSON, or a story with its fixture", async () => {
    const events = [{ type: "fixture", payload: FIXTURE }, KICK_OFF, GOAL];
    const lines = events.map((event) => JSON.stringify(event)).join("\n");
    const texts = await Promise.all(
      [events, lines, { fixture: FIXTURE, events: [KICK_OFF, GOAL] }].map(async (input) =>
        touchline(["impact", "--match", "nowhere", "--json"], input),
      ),
    );
    const [first, ...others] = texts.map((text) => JSON.parse(text) as Impact);
    expect(first?.settled.map(({ market }) => market)).toContain("over_under_0_5");
    for (const other of others) expect(other.touched).toEqual(first?.touched);
  });

  it("shows suspensions and a stopped clock in words", async () => {
    const stop = await touchline(["impact", "--match", match.matchId], { type: "bet_stop" });
    expect(stop).toMatch(/^offered → bet_stop \(\d+\): match_result /m);
    expect(stop).toContain("computes nothing");
    const half = await touchline(["impact", "--match", match.matchId], { type: "period_end", period: "first_half" });
    expect(half).toContain("the match clock moves");
  });

  it("passes on why an event is none", async () => {
    const { code, stderr } = await run(["impact", "--match", match.matchId, "--url", api.url], {
      stdin: JSON.stringify({ ...GOAL, team: undefined }),
    });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'touchline impact: The request is not valid (HTTP 400)\n  team: goal needs team "home" or "away"\n',
    });
  });
});

describe("touchline explain", () => {
  it("tells the way from the event to the commit, and the history", async () => {
    await match.tell({ ...GOAL, id: "goal" });
    const before = await touchline(["explain", match.matchId, "match_result"]);
    expect(before.split("\n").slice(0, 2)).toEqual([
      `match_result (Match result) · ${match.matchId} · default · version 3`,
      "suspended: Since goal test/goal (home, first half, 3') no price may be served that has not seen match version 3; " +
        "the stored one saw 2. A refresh is on its way.",
    ]);
    await match.refresh({ first: 0.9, deltaMs: 42 });
    const after = await touchline(["explain", match.matchId, "match_result"]);
    const steps = [...after.matchAll(/^\S+Z +(event|facts|market|requirement|job|commit) /gm)].map(([, step]) => step);
    expect(steps).toEqual(["event", "facts", "market", "requirement", "job", "commit"]);
    expect(after).toContain("reads hard: score@3");
    expect(after).toMatch(/refreshed by refresh 2: saw version 3, 42 ms from its enqueuing to its commit$/m);
    expect(after).toMatch(/touched hard by goal test\/goal for score: version 3$/m);
  });

  it("says why an event left a market alone", async () => {
    await match.tell({ ...GOAL, id: "goal" });
    const text = await touchline(["explain", match.matchId, "corners_over_under_9_5", "--event", "test/goal"]);
    expect(text).toContain("corners_over_under_9_5 reads none of that, so it was left alone.");
  });
});

describe("touchline markets", () => {
  it("lists what is read by severity, and what it is computed from", async () => {
    const text = await touchline(["markets", "--category", "corners"]);
    expect(text).toMatch(/^MARKET +CATEGORY +OUTCOMES +COMPUTED FROM +READS HARD +READS SOFT$/m);
    expect(text).toMatch(/^corners_over_under_9_5 +corners +over under +corners .*corners$/m);
  });

  it("says everything about one", async () => {
    const text = await touchline(["markets", "match_result"]);
    expect(text).toMatch(/^reads hard +score /m);
    expect(text).toMatch(/^ +and in market-blend +odds.match_result /m);
    expect(text).toMatch(/^settlement +Counts goals of regular time/m);
    expect(text).toMatch(/^earlier names +home = home_win, draw = draw, away = away_win$/m);
  });
});

describe("the SDK", () => {
  it("invalidates by hand with its key, and explains it", async () => {
    const client = patientClient({ url: api.url, apiKey: "key" });
    const { matchId } = match;
    const done = await client.invalidate(matchId, {
      markets: ["match_result"],
      severity: "hard",
      reason: "wrong squad",
    });
    expect(done).toMatchObject({ kind: "surgical", version: 3, markets_affected_logical: 1 });
    const { verdict } = await client.explain(matchId, "match_result");
    expect(verdict.words).toContain("an invalidation by hand (“wrong squad”)");
    const stranger = patientClient({ url: api.url });
    await expect(stranger.invalidate(matchId, { scope: "all" })).rejects.toBeInstanceOf(ProblemError);
  });
});
