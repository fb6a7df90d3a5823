import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveMatch } from "./support/live-match.ts";
import { setStage, type Stage } from "./support/stage.ts";

let stage: Stage;
const byHttp = new LiveMatch("by-http");
const byQueue = new LiveMatch("by-queue");
const calm = new LiveMatch("calm");
beforeAll(async () => {
  // The lag is longer than a pause of the machine, so that what is not late is not called late.
  stage = await setStage({ apis: 2, tagManagers: 2, env: { APPLY_LAG_MAX_MS: "4000" } });
  for (const match of [byHttp, byQueue, calm]) await stage.publish(...match.opening());
});
afterAll(async () => stage.stop());

async function statusOf(url: string, { matchId }: LiveMatch): Promise<string> {
  const response = await fetch(`${url}/v1/matches/${matchId}/predictions?markets=match_result`);
  const body = (await response.json()) as { markets?: Record<string, { status: string }> };
  return body.markets?.["match_result"]?.status ?? `HTTP ${response.status}`;
}

describe("a goal that waits because every tag-manager is stopped", () => {
  it("is known to every api, whoever published it; other matches stay fresh; and all is fresh when one is back", async () => {
    const { apis, tagManagers } = stage.installation;
    for (const { url } of apis)
      for (const match of [byHttp, byQueue, calm]) await expect.poll(async () => statusOf(url, match)).toBe("fresh");
    for (const tagManager of tagManagers) tagManager.pause();
    await stage.client.publish([byHttp.goal()]);
    await stage.publish(byQueue.goal());
    for (const { url } of apis)
      for (const match of [byHttp, byQueue]) await expect.poll(async () => statusOf(url, match)).toBe("suspended");
    for (const { url } of apis) await expect.poll(async () => statusOf(url, calm)).toBe("fresh");

    for (const tagManager of tagManagers) await tagManager.kill();
    for (const { url } of apis)
      for (const match of [byHttp, byQueue]) expect(await statusOf(url, match)).toBe("suspended");

    await stage.start("tag-manager");
    for (const { url } of apis)
      for (const match of [byHttp, byQueue]) await expect.poll(async () => statusOf(url, match)).toBe("fresh");
  });
});
