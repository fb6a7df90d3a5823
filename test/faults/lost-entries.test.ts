import { EPOCH_MARK, matchKeys } from "@touchline/cache";
import { VARIANTS } from "@touchline/domain";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { connectTestRedis, TestStore } from "../setup/store.ts";
import { untilSo } from "./support/counters.ts";
import { LabelObserver, wrongLabels } from "./support/label-observer.ts";
import { LiveMatch } from "./support/live-match.ts";
import { play, setStage, type Stage } from "./support/stage.ts";

/** Deletes every marker of what is required; the hash stays, as whatever deletes single fields leaves it. */
async function loseMarkers(redis: Redis, key: string): Promise<void> {
  const markers = await redis.hkeys(key);
  await redis.hdel(key, ...markers.filter((field) => field !== EPOCH_MARK));
}

const MARKETS = ["match_result", "over_under_2_5", "corners_over_under_9_5"];

describe("in mid-match, under readers, and with no worker to help", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage({ apis: 2, env: { MISS_WAIT_MS: "0" } });
  });
  afterAll(async () => stage.stop());

  /**
   * The labels of all open markets, as a reader who knows of `version` gets them; empty when there is nothing to show.
   */
  async function openLabels(matchId: string, version: number): Promise<Set<string>> {
    const answer = await stage.client.predictions(matchId, { minVersion: version }).catch(() => undefined);
    const labels = Object.values(answer?.markets ?? {}).map(({ status }) => status);
    return new Set(labels.filter((label) => label !== "settled"));
  }

  it.each([
    { lost: "every entry", entries: true, markers: "kept", meanwhile: [] },
    { lost: "every marker of what is required", entries: false, markers: "lost", meanwhile: ["stale"] },
    { lost: "entries and markers", entries: true, markers: "lost", meanwhile: [] },
    // Then the truth is incomplete, and the next event makes all anew that follows from the log.
    { lost: "the key of the markers", entries: false, markers: "key lost", meanwhile: [] },
  ])("$lost may vanish: nothing is called fresh without proof, and all is fresh again", async (loss) => {
    const { changes, storeRedis, prefix, installation } = stage;
    const match = new LiveMatch(loss.lost.replaceAll(" ", "-"));
    const { matchId } = match;
    const keys = matchKeys(prefix, matchId);
    await play(stage, match);
    const urls = installation.apis.map(({ url }) => url);
    const observer = new LabelObserver({ urls, matchId, markets: MARKETS });

    for (const worker of installation.workers) worker.pause();
    if (loss.entries) await storeRedis.unlink(VARIANTS.map(({ id }) => keys.entries(id)));
    if (loss.markers === "lost") await loseMarkers(storeRedis, keys.required);
    if (loss.markers === "key lost") await storeRedis.unlink(keys.required);
    // The loss itself is not published; what the memories hold is still true. The next event makes every process look.
    const corner = match.corner();
    await stage.publish(corner);
    const { version } = await changes.touchedBy(corner);
    expect(await openLabels(matchId, version)).toEqual(new Set(loss.meanwhile));
    for (const worker of installation.workers) worker.resume();

    await untilSo(
      "all being fresh again",
      async () => openLabels(matchId, version),
      (labels) => labels.size === 1 && labels.has("fresh"),
    );
    expect(wrongLabels(await observer.stop(), changes.received)).toEqual([]);
    expect(await storeRedis.hexists(keys.refresh, "due")).toBe(0);
  });
});

describe("a refresh that finds the marker of a market gone", () => {
  const redis: Redis = connectTestRedis();
  afterAll(async () => redis.quit());

  async function aMatchWithoutMarkers(): Promise<{
    store: TestStore;
    match: MatchScript;
    lose: () => Promise<void>;
  }> {
    const store = new TestStore(redis);
    const match = new MatchScript("m-1");
    await store.apply(match.fixture(), match.kickOff());
    await store.refresh("m-1");
    return { store, match, lose: async () => loseMarkers(redis, matchKeys(store.prefix, "m-1").required) };
  }

  it("puts it back when it has seen the present version: its prediction is fresh", async () => {
    const { store, lose } = await aMatchWithoutMarkers();
    await lose();
    expect(new Set(Object.values(await store.statuses("m-1")))).toEqual(new Set(["stale"]));
    await store.refresh("m-1");
    expect(new Set(Object.values(await store.statuses("m-1")))).toEqual(new Set(["fresh"]));
  });

  it("stores nothing when an event came in between, because it cannot tell whether the market was meant", async () => {
    const { store, match, lose } = await aMatchWithoutMarkers();
    const begun = await store.begin("m-1");
    await store.apply(match.goal("home", 3));
    await lose();
    const result = await store.commit("m-1", begun, { match_result: 0.5 });
    expect(result).toMatchObject({ stored: 0, overtaken: 1 });
    expect(await store.isDue(match.matchId)).toBe(true);
    await store.refresh("m-1");
    expect((await store.statuses("m-1"))["match_result"]).toBe("fresh");
  });
});
