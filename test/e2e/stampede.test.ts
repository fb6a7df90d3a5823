import { EPOCH_MARK } from "@touchline/cache";
import { openQueue, REFRESH_QUEUE } from "@touchline/queue";
import { QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testPrefix } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { connectTestRedis } from "../setup/store.ts";
import { patientClient } from "../setup/patient-client.ts";

const READERS = 200;
const prefix = testPrefix();
const redis: Redis = connectTestRedis();
let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation({
    redisUrl: process.env["REDIS_URL"] ?? "",
    prefix,
    apis: 2,
    workers: 2,
    env: { SIMULATE_LATENCY_MS: "150" },
  });
});
afterAll(async () => {
  await installation.stop();
  await redis.quit();
});

async function computes(): Promise<number> {
  const counts = await Promise.all(
    installation.workers.map(async (worker) => worker.metric("touchline_compute_calls_total")),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function readAll(matchId: string): Promise<string[]> {
  const clients = installation.apis.map(({ url }) => patientClient({ url }));
  const answers = await Promise.all(
    Array.from({ length: READERS }, async (_unused, reader) =>
      clients[reader % clients.length]?.predictions(matchId, { markets: ["match_result"] }),
    ),
  );
  return answers.map((answer) => answer?.markets["match_result"]?.status ?? "unlabelled");
}

describe("200 readers at once", () => {
  it("on one stale match are all answered at once, labelled, for one compute", async () => {
    const client = patientClient({ url: installation.apis[0]?.url ?? "" });
    const kickoff = new Date(Date.now() + 3_600_000).toISOString();
    await client.registerMatch("m-1", { home: "Rovers", away: "United", kickoff, competition: "Cup" });
    await client.predictions("m-1");
    const before = await computes();
    await expireEntries("m-1");
    const refreshes = await followRefreshes();
    const statuses = await readAll("m-1");
    expect(statuses).toHaveLength(READERS);
    expect(statuses.filter((status) => status !== "stale" && status !== "fresh")).toEqual([]);
    expect(statuses).toContain("stale");
    await refreshes.drained();
    await refreshes.close();
    expect((await computes()) - before).toBe(1);
  });

  /** Ages every entry past its lifetime but within its grace, as time would. */
  async function expireEntries(matchId: string): Promise<void> {
    const key = `${prefix}:{${matchId}}:entries:default`;
    for (const [market, text] of Object.entries(await redis.hgetall(key))) {
      if (market === EPOCH_MARK) continue;
      const fields = text.split(" ");
      const lifetime = Number(fields[6]) - Number(fields[5]);
      const aged = Date.now() - Math.round(lifetime * 1.2);
      await redis.hset(key, market, [...fields.slice(0, 5), aged, aged + lifetime, ...fields.slice(7)].join(" "));
    }
  }
});

/** Follows the refresh queue; `drained` resolves once it has nothing left, after at least one job ended. */
async function followRefreshes(): Promise<{ drained(): Promise<void>; close(): Promise<void> }> {
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  const events = new QueueEvents(REFRESH_QUEUE, { connection, prefix: `${prefix}-bull` });
  const queue = openQueue(REFRESH_QUEUE, redis, `${prefix}-bull`);
  const empty = Promise.withResolvers<void>();
  events.on(
    "completed",
    () =>
      void queue
        .getJobCountByTypes("waiting", "active", "prioritized", "delayed")
        .then((left) => left === 0 && empty.resolve()),
  );
  await events.waitUntilReady();
  return {
    drained: async () => empty.promise,
    async close() {
      await events.close();
      await connection.quit();
    },
  };
}
