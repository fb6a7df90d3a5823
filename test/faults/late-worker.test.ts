import { matchKeys } from "@touchline/cache";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilSo } from "./support/books.ts";
import { LiveMatch } from "./support/live-match.ts";
import { RefreshWatch } from "./support/refresh-watch.ts";
import { publishAndApply, setStage, type Stage } from "./support/stage.ts";

let stage: Stage;
let watch: RefreshWatch;
beforeAll(async () => {
  // Long enough to be stopped in the middle.
  stage = await setStage({ env: { SIMULATE_LATENCY_MS: "700" } });
  watch = await RefreshWatch.open(stage.store, stage.prefix);
});
afterAll(async () => {
  watch.close();
  await stage.stop();
});

const RESULTS = ["stored", "extended", "overtaken", "late", "settled"] as const;

describe("a worker that is stopped in mid-compute past its lock", () => {
  it("has its late commit refused and counted: nothing stored goes back", async () => {
    const { changes, client, storeRedis, prefix, installation } = stage;
    const match = new LiveMatch("late");
    const { matchId } = match;
    const [stopped] = installation.workers;
    if (!stopped) throw new Error("there is no worker");
    const entries = async (): Promise<Record<string, string>> =>
      storeRedis.hgetall(matchKeys(prefix, matchId).entries("default"));

    await publishAndApply(stage, match.opening());
    await watch.until("begun", matchId, 1);
    stopped.pause();
    const goal = match.goal();
    await client.publish(goal);
    const { version } = await changes.touchedBy(goal);
    const other = await stage.start("worker", { SIMULATE_LATENCY_MS: "0" });
    await changes.refreshedSince(matchId, version, "match_result");
    await watch.until("committed", matchId, 2);
    const stored = await entries();

    stopped.resume();
    const late = await watch.until("committed", matchId, 1);
    expect(await entries()).toEqual(stored);
    expect(late.predictions).toBeGreaterThan(50);
    const counted = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        await Promise.all(
          RESULTS.map(async (result) => [
            result,
            await stopped.metric(`touchline_predictions_committed_total{result="${result}"}`),
          ]),
        ),
      ) as Record<string, number>;
    const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, one) => all + one, 0);
    const counts = await untilSo("counting the late commit", counted, (now) => sum(now) >= late.predictions);
    // The goal settled some markets and overtook others; of the rest a later refresh has written already.
    expect(counts).toMatchObject({ stored: 0, extended: 0 });
    expect((counts["overtaken"] ?? 0) + (counts["late"] ?? 0) + (counts["settled"] ?? 0)).toBe(late.predictions);
    expect(counts["overtaken"]).toBeGreaterThan(0);
    expect(counts["late"]).toBeGreaterThan(0);
    expect(stopped.logs.join("\n")).toContain("late commit refused");

    // It works on: the next event is refreshed by whoever takes it, and nothing is left over.
    await other.kill();
    const corner = match.corner();
    await client.publish(corner);
    const after = await changes.touchedBy(corner);
    await changes.refreshedSince(matchId, after.version, "corners_over_under_9_5");
    const { markets } = await client.predictions(matchId, { markets: ["match_result", "corners_over_under_9_5"] });
    expect(Object.values(markets).map(({ status }) => status)).toEqual(["fresh", "fresh"]);
  });
});
