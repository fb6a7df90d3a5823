import { readSnapshot, queuePrefix } from "@touchline/queue";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem, SnapshotAnswer } from "@touchline/contract";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => api[Symbol.asyncDispose]());

const JSON_TYPE = { "content-type": "application/json" };
const put = async (path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
  api.send("PUT", `/v1/matches/${path}`, typeof body === "string" ? body : JSON.stringify(body), headers);
const goal = { type: "goal", team: "home", period: "first_half", minute: 10 };

describe("a complete list of a source", () => {
  it("says what it changes of the match, and is kept for the tag-manager", async () => {
    const answer = await put("l-1/events?source=poll", [goal, { type: "moon_landing" }]);
    expect(answer.status).toBe(202);
    expect(answer.as(SnapshotAnswer)).toMatchObject({
      matchId: "l-1",
      source: "poll",
      status: "accepted",
      added: ["goal-home-first_half-1", "moon_landing-match-any-1"],
      revised: [],
      retracted: [],
      unchanged: 0,
      warnings: [{ id: "moon_landing-match-any-1", code: "unknown_type" }],
    });
    const prefix = queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE);
    const kept = await readSnapshot(api.queue, prefix, { matchId: "l-1", source: "poll" });
    expect(JSON.parse(kept?.text ?? "")).toMatchObject({ kind: "events", rows: [goal, { type: "moon_landing" }] });
  });

  it("may be NDJSON", async () => {
    const lines = `${JSON.stringify(goal)}\n${JSON.stringify({ ...goal, minute: 12 })}\n`;
    const answer = await put("l-2/events?source=poll", lines, { "content-type": "application/x-ndjson" });
    expect(answer.as(SnapshotAnswer).added).toHaveLength(2);
  });

  it.each([
    ["a row breaks a rule", [goal, { ...goal, team: "red" }, { ...goal, minute: -1 }], 422, ["1.team", "2.minute"]],
    ["a row is of another match", [{ ...goal, matchId: "other" }], 422, ["0.matchId"]],
    ["a row is of another source", [{ ...goal, source: "other" }], 422, ["0.source"]],
    ["a row is no object", [7], 422, ["0"]],
  ])("is refused whole where %s", async (_what, body, status, paths) => {
    const answer = await put("l-3/events?source=poll", body);
    expect(answer.status).toBe(status);
    expect(answer.as(Problem).errors?.map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    ["no source", "l-4/events", [goal], 400],
    ["a source that is no id", "l-4/events?source=a:b", [goal], 400],
    ["a time without a zone", "l-4/events?source=poll&asOf=2026-01-01T10:00", [goal], 400],
    ["no list", "l-4/events?source=poll", goal, 400],
    ["more rows than a request may have", "l-4/events?source=poll", Array.from({ length: 1_001 }, () => goal), 413],
  ])("is refused with %s", async (_what, path, body, status) => {
    expect((await put(path, body)).status).toBe(status);
  });

  it("is put aside when a newer one is known", async () => {
    await put("l-5/events?source=poll&asOf=2026-01-01T10:00:05Z", [goal]);
    const late = await put("l-5/events?source=poll&asOf=2026-01-01T10:00:00Z", []);
    expect(late.as(SnapshotAnswer)).toEqual({
      matchId: "l-5",
      source: "poll",
      status: "superseded",
      asOf: "2026-01-01T10:00:05.000Z",
    });
  });
});

describe("a match in numbers", () => {
  it("says what they change", async () => {
    const totals = { period: "first_half", score: { home: 1, away: 1 }, corners: { home: 0, away: 1 } };
    const answer = (await put("t-1/totals?source=scores", totals)).as(SnapshotAnswer);
    expect(answer.added).toEqual([
      "period_start-match-first_half-1",
      "goal-home-first_half-1",
      "goal-away-first_half-1",
      "corner-away-first_half-1",
    ]);
  });

  it.each([
    ["a number that is none", { period: "first_half", score: { home: -1, away: 0 } }, "score"],
    ["a word that is not known", { period: "first_half", goals: { home: 1, away: 0 } }, "totals"],
    ["a sum where nobody knows the first half", { period: "second_half", score: { home: 1, away: 0 } }, "score"],
  ])("is refused with %s", async (_what, totals, path) => {
    const answer = await put("t-2/totals?source=scores", totals);
    expect(answer.status).toBe(400);
    expect(answer.as(Problem).errors?.[0]?.path).toContain(path);
  });
});
