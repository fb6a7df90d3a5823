import type { Client } from "@touchline/client";
import type { MatchEventInput } from "@touchline/domain";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilSo } from "../faults/support/counters.ts";
import { ChangeLog } from "../faults/support/change-log.ts";
import { LabelObserver, wrongLabels } from "../faults/support/label-observer.ts";
import { LiveMatch } from "../faults/support/live-match.ts";
import { testPrefix } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { watchMachineDelay } from "../setup/machine-delay.ts";
import { startWatchedRedis, type WatchedRedis } from "./redis-sentinel.ts";
import { patientClient } from "../setup/patient-client.ts";

const prefix = testPrefix();
let redis: WatchedRedis;
let installation: Installation;
let changes: ChangeLog;
let client: Client;
beforeAll(async () => {
  redis = await startWatchedRedis();
  // What the master publishes reaches the subscribers of its replica too, before it takes over and afterwards.
  changes = await ChangeLog.open(redis.replica, prefix);
  installation = await startInstallation({
    redisUrl: redis.url,
    prefix,
    apis: 2,
    tagManagers: 2,
    workers: 2,
    echoErrors: false,
    // A job whose start was lost with the master is found by its lock; shorter here than in production.
    env: {
      REDIS_MODE: "sentinel",
      REDIS_TIMEOUT_MS: "1000",
      REFRESH_LOCK_MS: "1000",
      EVENT_LOCK_MS: "1000",
      STALLED_INTERVAL_MS: "250",
    },
  });
  client = patientClient({ url: installation.apis[0]?.url ?? "" });
});
afterAll(async () => {
  changes?.close();
  await installation?.stop();
  await redis?.stop();
});

/** Publishes until an api process accepts the event: during a failover none does. */
async function publish(event: MatchEventInput): Promise<void> {
  await untilSo(
    `an api accepting ${event.id}`,
    async () =>
      client.publish(event).then(
        ({ results }) => results[0]?.status,
        () => undefined,
      ),
    (status) => status === "accepted" || status === "duplicate",
  );
}

describe("a Redis whose master dies in mid-match", () => {
  it("is followed to its replica by every service, and no label is wrong on the way", async () => {
    const match = new LiveMatch("failover");
    const { matchId } = match;
    const markets = ["match_result", "corners_over_under_9_5"];
    await client.publish(match.opening());
    await changes.refreshedSince(matchId, 2, "match_result");
    const observer = new LabelObserver({ urls: installation.apis.map(({ url }) => url), matchId, markets });
    const before = match.corner();
    await client.publish(before);
    await changes.touchedBy(before);
    const admin = new Redis(redis.master.url);
    // What only the old master knew would be lost: that is what failing over means.
    expect(await admin.wait(1, 5_000)).toBe(1);
    admin.disconnect();

    const { apis, tagManagers, workers } = installation;
    const pids = [...apis, ...tagManagers, ...workers, redis.replica].map(({ pid }) => pid);
    const delayMs = watchMachineDelay(...pids);
    const killedAt = Date.now();
    await redis.killMaster();
    await redis.failedOver;
    const failedOverAt = Date.now();
    const goal = match.goal();
    await publish(goal);
    const { version, at } = await changes.touchedBy(goal);
    const refreshed = await changes.refreshedSince(matchId, version, "match_result");
    for (const { url } of installation.apis) {
      const answer = await untilSo(
        "a fresh answer",
        async () =>
          patientClient({ url })
            .predictions(matchId, { markets, minVersion: version })
            .catch(() => undefined),
        (reply) => Object.values(reply?.markets ?? {}).every(({ status }) => status === "fresh") && reply !== undefined,
      );
      expect(answer?.state.score).toEqual({ home: 1, away: 0 });
    }
    const seen = await observer.stop();
    expect(wrongLabels(seen, changes.received)).toEqual([]);
    expect(Math.max(...seen.map(({ tookMs }) => tookMs))).toBeLessThan(5_000 + delayMs());
    process.stdout.write(
      `failover: promoted after ${failedOverAt - killedAt} ms, next event applied ${at - failedOverAt} ms and priced ` +
        `${refreshed.at - failedOverAt} ms later; ${seen.length} reads meanwhile\n`,
    );
  });
});
