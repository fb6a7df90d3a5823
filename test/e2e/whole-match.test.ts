import { readFile } from "node:fs/promises";
import { parseTimelines } from "@touchline/feeds";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayMatch } from "../../tools/cli/src/replay/replay-match.ts";
import { testPrefix } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { connectTestRedis } from "../setup/store.ts";
import { patientClient } from "../setup/patient-client.ts";

const prefix = testPrefix();
const redis: Redis = connectTestRedis();
let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation({
    redisUrl: process.env["REDIS_URL"] ?? "",
    prefix,
    tagManagers: 2,
    workers: 2,
  });
});
afterAll(async () => {
  await installation.stop();
  await redis.quit();
});

interface MatchEnd {
  score_90: [number, number];
  score_ht: [number, number];
  corners: [number, number];
  yellow: [number, number];
  red: [number, number];
}

describe("a whole real match, published at full speed", () => {
  it("ends in the state its file tells, with every market settled right and nothing left to do", async () => {
    const [lines = []] = parseTimelines(
      await readFile(new URL("../../data/demo.ndjson", import.meta.url), "utf8"),
    ).values();
    const end = lines.at(-1)?.payload as unknown as MatchEnd;
    const client = patientClient({ url: installation.apis[0]?.url ?? "" });
    await replayMatch(client, lines, { matchId: "whole-match", speed: "max" });

    const match = await client.match("whole-match");
    const [home, away] = end.score_90;
    expect(match.state).toMatchObject({ period: "full_time", score: { home, away } });

    const { markets } = await client.predictions("whole-match");
    expect(new Set(Object.values(markets).map(({ status }) => status))).toEqual(new Set(["settled"]));

    const winner = (id: string): string[] =>
      Object.entries(markets[id]?.outcomes ?? {}).flatMap(([outcome, value]) => (value === 1 ? [outcome] : []));
    const goals = home + away;
    const corners = end.corners[0] + end.corners[1];
    const cards = end.yellow[0] + end.yellow[1] + end.red[0] + end.red[1];
    const result = (h: number, a: number): string => (h > a ? "home" : h === a ? "draw" : "away");
    expect(winner("match_result")).toEqual([result(home, away)]);
    expect(winner("half_time_full_time")).toEqual([`${result(...end.score_ht)}_${result(home, away)}`]);
    expect(winner("correct_score")).toEqual([home > 4 || away > 4 ? "other" : `${home}_${away}`]);
    for (const line of [0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
      expect(winner(`over_under_${String(line).replace(".", "_")}`)).toEqual([goals > line ? "over" : "under"]);
    expect(winner("both_teams_to_score")).toEqual([home > 0 && away > 0 ? "yes" : "no"]);
    for (const line of [8.5, 9.5, 10.5])
      expect(winner(`corners_over_under_${String(line).replace(".", "_")}`)).toEqual([
        corners > line ? "over" : "under",
      ]);
    for (const line of [2.5, 3.5, 4.5])
      expect(winner(`cards_over_under_${String(line).replace(".", "_")}`)).toEqual([cards > line ? "over" : "under"]);

    // Everything is settled before the last refresh job has run: it finds nothing to do and says so.
    await expect.poll(async () => redis.hexists(`${prefix}:{whole-match}:refresh`, "due")).toBe(0);
    expect(await redis.exists(`${prefix}-bull:dead-letters:wait`)).toBe(0);
  });
});
