import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LeagueParams, leagueParamsText, parametersId } from "@touchline/model";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveMatch } from "../faults/support/live-match.ts";
import { play, setStage, type Stage } from "../faults/support/stage.ts";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";

const SHIPPED = new URL("../../packages/model/params/", import.meta.url);

describe("the event model_refitted", () => {
  const redis: Redis = connectTestRedis();
  afterAll(async () => redis.quit());

  it("changes one fact and touches every open market, once", async () => {
    const store = new TestStore(redis);
    const match = new MatchScript("m-1");
    await store.apply(match.fixture(), match.kickOff(), match.goal("home", 5));
    await store.refresh("m-1");
    const refitted = () => match.at("model_refitted", 9, { payload: { parameters: "Cup-2026-08-01" } });
    const [first, second] = await store.apply(refitted(), refitted());
    if (first?.outcome !== "applied" || second?.outcome !== "applied") return expect.fail("not applied");
    expect(first.plan.changed).toEqual(["parameters"]);
    expect(first.plan.touched).toHaveLength(first.plan.open);
    expect(first.plan.preserved).toBe(0);
    expect(new Set(first.plan.touched.map(({ severity }) => severity))).toEqual(new Set(["soft"]));
    // Told again, it says nothing new.
    expect(second.plan).toMatchObject({ changed: [], touched: [], preserved: first.plan.open });

    const stale = Object.entries(await store.statuses("m-1")).filter(([, status]) => status === "stale");
    expect(stale.length).toBe(first.plan.open);
    await store.refresh("m-1");
    const after = Object.values(await store.statuses("m-1"));
    expect(after.filter((status) => status !== "settled" && status !== "fresh")).toEqual([]);
  });
});

describe("workers with a folder of parameters", () => {
  let folder: string;
  let stage: Stage;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "touchline-params-"));
    await copyFile(new URL("ENG-Premier-League_as-of-2021-05-24.json", SHIPPED), join(folder, "england.json"));
    stage = await setStage({ env: { PARAMS_DIR: folder } });
  });
  afterAll(async () => {
    await stage.stop();
    await rm(folder, { recursive: true });
  });

  /** A refit in which every side scores twice as much. */
  async function refit(): Promise<{ id: string; text: string }> {
    const params = LeagueParams.parse(JSON.parse(await readFile(join(folder, "england.json"), "utf8")));
    const next = {
      ...params,
      asOf: "2026-08-01",
      league: { ...params.league, name: "Cup" },
      goals: { ...params.goals, level: params.goals.level + Math.log(2) },
    };
    return { id: parametersId(next), text: leagueParamsText(next) };
  }

  it("read the document that the event names, and until it is there leave the old prices, labelled stale", async () => {
    const { client } = stage;
    const match = new LiveMatch("refit");
    await play(stage, match);
    const read = async () =>
      (await client.predictions("refit", { markets: ["over_under_4_5", "match_result"] })).markets;
    await expect.poll(async () => (await read())["over_under_4_5"]?.status).toBe("fresh");
    const before = (await read())["over_under_4_5"]?.outcomes?.["over"] ?? 1;

    const { id, text } = await refit();
    await stage.publish({ ...match.event("model_refitted"), payload: { parameters: id } });
    const [worker] = stage.installation.workers;
    const failed = async () => worker?.metric('touchline_refresh_jobs_total{outcome="failed"}');
    await expect.poll(failed).toBeGreaterThan(0);
    const waiting = (await read())["over_under_4_5"];
    expect(waiting).toMatchObject({ status: "stale", outcomes: { over: before } });
    expect(worker?.logs.join("\n")).toContain(`no parameters ${id}`);

    await writeFile(join(folder, "draft"), text);
    await rename(join(folder, "draft"), join(folder, "cup.json"));
    await expect.poll(async () => (await read())["over_under_4_5"]?.status).toBe("fresh");
    const after = (await read())["over_under_4_5"]?.outcomes?.["over"] ?? 0;
    expect(after).toBeGreaterThan(before + 0.1);
    await expect.poll(async () => Object.values(await read()).map(({ status }) => status)).toEqual(["fresh", "fresh"]);
  });

  it("refuse to start with a file that is no document, and name it", async () => {
    await writeFile(join(folder, "wrong.json"), '{"format":"touchline-league-parameters","version":1,"league":{}}');
    const started = stage.start("worker");
    await expect(started).rejects.toThrow(/wrong\.json: league\.division/);
    await rm(join(folder, "wrong.json"));
  });
});
