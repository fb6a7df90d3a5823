import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAfterUnheardGoals } from "./support/goals-unheard.ts";
import { LiveMatch } from "./support/live-match.ts";
import { play, setStage, type Stage } from "./support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  // Memory is trusted again soon after each cut.
  stage = await setStage({ apis: 2, env: { L1_LEASE_MS: "200" } });
});
afterAll(async () => stage.stop());

const ROUNDS = 20;

describe("two api processes whose subscriptions are cut in the moment before a goal", () => {
  it("call nothing fresh that has not seen the goal, and hear of the next one", async () => {
    const { storeRedis, prefix, installation } = stage;
    const match = new LiveMatch("cut");
    await play(stage, match);
    const wrong = await readAfterUnheardGoals({
      apis: installation.apis,
      store: storeRedis,
      prefix,
      match,
      rounds: ROUNDS,
      cut: async () => storeRedis.client("KILL", "TYPE", "PUBSUB"),
    });
    expect(wrong).toEqual([]);
    for (const api of installation.apis)
      expect(await api.metric("touchline_l1_emptied_total")).toBeGreaterThanOrEqual(ROUNDS);
  });
});
