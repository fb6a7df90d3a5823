import { matchKeys } from "@touchline/cache";
import { expect, it } from "vitest";
import { startApi } from "../testing/api-fixture.ts";
import { playMatch } from "../testing/played-match.ts";

it("a reader's request carries the clock of the read, and nothing is noted in another epoch", async () => {
  await using api = await startApi({ env: { MISS_WAIT_MS: "0", L1_MAX_BYTES: "0", FALLBACK_CONCURRENCY: "0" } });
  const match = await playMatch(api, "m-1");
  await match.tell({ type: "kick_off" });
  await match.refresh({ lifetimeMs: 60_000 });
  api.clock.now += 61_000;
  const { refresh, match: matchKey } = matchKeys(api.config.KEY_PREFIX, "m-1");
  await api.get("/v1/matches/m-1/predictions?markets=match_result");
  await expect.poll(async () => api.store.hget(refresh, "askedNow"), { interval: 5 }).toBe(String(api.clock.read()));

  const { epoch } = (await api.api.context.store.predictions("m-1", "default")) ?? { epoch: "" };
  expect(epoch).toBe(await api.store.hget(matchKey, "epoch"));
  await api.store.hdel(refresh, "want:default");
  const { asker } = api.api.context;
  asker.close();
  asker.ask("m-1", "default", "live", "waiting", { epoch: "another", now: api.clock.read() });
  await expect.poll(() => asker.isAsked("m-1", "default"), { interval: 5 }).toBe(false);
  expect(await api.store.hget(refresh, "want:default")).toBeNull();
});
