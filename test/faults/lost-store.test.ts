import { readTruth } from "@touchline/cache";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveMatch } from "./support/live-match.ts";
import { publishAndApply, setStage, type Stage } from "./support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({ apart: true });
});
afterAll(async () => stage.stop());

describe("a store that comes back without its data", () => {
  it("takes the match in again when the feed tells it again: nobody remembers it as known", async () => {
    const { changes, client, store, storeRedis, prefix } = stage;
    const match = new LiveMatch("told-again");
    const { matchId } = match;
    const [opening, goal] = [match.opening(), match.goal()];
    await publishAndApply(stage, opening);
    await publishAndApply(stage, [goal]);

    // Nothing of it is on disk.
    await store.restart();
    expect(await storeRedis.exists(`${prefix}:{${matchId}}:match`)).toBe(0);
    changes.heard.length = 0;
    await publishAndApply(stage, opening);
    const version = await publishAndApply(stage, [goal]);
    await changes.refreshedSince(matchId, version, "match_result");
    const truth = await readTruth(storeRedis, prefix, matchId);
    expect(truth.log.size).toBe(opening.length + 1);
    expect(truth.state.score).toEqual({ home: 1, away: 0 });
    const { markets } = await client.predictions(matchId, { minVersion: version });
    expect(markets["match_result"]?.status).toBe("fresh");
  });
});
