import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sumOf } from "./support/books.ts";
import { demoMatch } from "./support/demo-match.ts";
import { LabelObserver, wrongLabels } from "./support/label-observer.ts";
import { RefreshWatch } from "./support/refresh-watch.ts";
import { publishAndApply, setStage, type Stage } from "./support/stage.ts";

let stage: Stage;
let watch: RefreshWatch;
beforeAll(async () => {
  // Slow enough that refreshes of one match would meet if anything let them.
  // Nobody is taken for dead whom the machine lets wait, for then two would rightly compute.
  const unhurried = { REFRESH_LEASE_MS: "120000", REFRESH_LOCK_MS: "120000", EVENT_LOCK_MS: "120000" };
  stage = await setStage({ apis: 2, tagManagers: 2, workers: 3, env: { SIMULATE_LATENCY_MS: "30", ...unhurried } });
  watch = await RefreshWatch.open(stage.store, stage.prefix);
});
afterAll(async () => {
  watch.close();
  await stage.stop();
});

describe("three workers, two tag-managers, and readers at two api processes", () => {
  it("never compute one match twice at a time, through a whole match", async () => {
    const { changes, installation } = stage;
    const match = await demoMatch("watched");
    const urls = installation.apis.map(({ url }) => url);
    const [announcement, ...rest] = match.events;
    if (!announcement) throw new Error("the match is empty");
    const first = await publishAndApply(stage, [announcement]);
    await changes.refreshedSince(match.matchId, first, "match_result");
    const markets = ["match_result", "over_under_2_5", "corners_over_under_9_5", "cards_over_under_3_5"];
    // Readers ring as well, and so does the reconciler: everybody who can, at once.
    const observers = [1, 2].map(() => new LabelObserver({ urls, matchId: match.matchId, markets }));
    for (const event of rest) await publishAndApply(stage, [event]);
    const seen = (await Promise.all(observers.map(async (observer) => observer.stop()))).flat();

    const begun = watch.steps.filter(({ kind }) => kind === "begun").length;
    expect(begun).toBeGreaterThan(10);
    expect(watch.overlaps).toEqual([]);
    expect(await sumOf(installation.workers, "touchline_compute_overlaps_total")).toBe(0);
    expect(wrongLabels(seen, changes.heard)).toEqual([]);
    process.stdout.write(`${begun} refreshes for ${rest.length} events and ${seen.length} reads, no overlap\n`);
  });
});
