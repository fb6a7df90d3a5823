import type { RedisClient } from "@touchline/platform";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiFixture, type HttpAnswer, startApi } from "../../services/api/src/testing/api-fixture.ts";
import { playMatch } from "../../services/api/src/testing/played-match.ts";
import { untilSo } from "../faults/support/counters.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { type ReplicatedRedis, startReplicatedRedis } from "../setup/replicated-redis.ts";

const LEASE_MS = 500;

async function writeOnMaster(): Promise<string> {
  return redis.onMaster.set("probe", "1").catch(String);
}

let redis: ReplicatedRedis;
let queue: TestRedis;
let api: ApiFixture;
beforeEach(async () => {
  // As shipped for a store with replicas: a master without one refuses writes.
  const demanding = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "2", "--repl-ping-replica-period", "1"];
  [redis, queue] = await Promise.all([startReplicatedRedis(demanding), startRedis()]);
  await untilSo("the master accepting writes", writeOnMaster, (answer) => answer === "OK");
  api = await startApi({
    redisUrl: queue.url,
    env: {
      STORE_REDIS_URL: redis.address.url,
      L1_MAX_BYTES: "64000000",
      L1_LEASE_MS: String(LEASE_MS),
      MISS_WAIT_MS: "0",
      XFETCH_BETA: "0",
    },
  });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await Promise.all([redis.stop(), queue.stop()]);
});

const PATH = "/v1/matches/m-1/predictions?markets=match_result";

function statusOf(answer: HttpAnswer): string {
  return (
    (answer.json()["markets"] as Record<string, { status: string }> | undefined)?.["match_result"]?.status ?? "none"
  );
}

describe("an api on one side of a partition with the old master", () => {
  it("does not trust its memory once that master refuses writes, and calls nothing fresh", async () => {
    const before = await playMatch({ ...api, store: redis.onMaster as RedisClient }, "m-1");
    await before.tell({ type: "kick_off" });
    await before.refresh({ lifetimeMs: 60_000 });
    await redis.replicated();
    const { l1 } = api.api.context;
    await expect.poll(() => l1.trusted, { interval: 5, timeout: 15_000 }).toBe(true);
    expect(statusOf(await api.get(PATH))).toBe("fresh");

    await redis.promote();
    const after = await playMatch({ ...api, store: redis.onReplica as RedisClient }, "m-1");
    await after.tell({ type: "goal", team: "away", period: "first_half", minute: 1 });

    await untilSo("the old master refusing writes", writeOnMaster, (answer) => answer.includes("NOREPLICAS"));
    await expect.poll(() => l1.trusted, { interval: 5, timeout: 4 * LEASE_MS }).toBe(false);
    expect(["suspended", "missing", "none"]).toContain(statusOf(await api.get(PATH)));
  });
});
