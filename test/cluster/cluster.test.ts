import type { Client } from "@touchline/client";
import { createLogger, openRedis, type RedisClient } from "@touchline/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChangeLog } from "../faults/support/change-log.ts";
import { demoMatch } from "../faults/support/demo-match.ts";
import { readAfterMissedGoals } from "../faults/support/missed-goals.ts";
import { LiveMatch } from "../faults/support/live-match.ts";
import { testPrefix } from "../setup/redis.ts";
import { type Installation, startInstallation } from "../setup/services.ts";
import { startCluster, type TestCluster } from "./redis-cluster.ts";
import { patientClient } from "../setup/patient-client.ts";

const prefix = testPrefix();
const ADMIN_PASSWORD = "cluster-board";
let cluster: TestCluster;
let installation: Installation;
let store: RedisClient;
let client: Client;
let changes: ChangeLog;
beforeAll(async () => {
  cluster = await startCluster();
  const log = createLogger({ service: "test", level: "silent" });
  store = await openRedis({ url: cluster.url, mode: "cluster", role: "store", log });
  const [anyNode] = cluster.nodes;
  changes = await ChangeLog.open(anyNode, prefix);
  installation = await startInstallation({
    redisUrl: cluster.url,
    prefix,
    apis: 2,
    tagManagers: 2,
    workers: 2,
    echoErrors: false,
    // Whatever went wrong quietly is in the logs as well.
    env: { REDIS_MODE: "cluster", LOG_LEVEL: "debug", L1_LEASE_MS: "200", ADMIN_PASSWORD },
  });
  client = patientClient({ url: installation.apis[0]?.url ?? "" });
});
afterAll(async () => {
  changes?.close();
  store?.disconnect();
  await installation?.stop();
  await cluster?.stop();
});

/** Ids of matches whose keys live on the first, the second and the third master. */
async function oneForEachMaster(name: string): Promise<string[]> {
  const found = new Map<number, string>();
  for (let n = 1; found.size < cluster.nodes.length; n++) {
    const slot = Number(await cluster.admins[0]?.cluster("KEYSLOT", `{${name}-${n}}`));
    const master = Math.floor((slot * cluster.nodes.length) / 16_384);
    found.set(master, found.get(master) ?? `${name}-${n}`);
  }
  return [...found.values()];
}

const logs = (): string[] =>
  [...installation.apis, ...installation.tagManagers, ...installation.workers].flatMap((service) => service.logs);

describe("on a Redis Cluster of three masters", () => {
  it("whole matches are played to the end at full speed, although every script is forgotten on the way", async () => {
    const matches = await Promise.all((await oneForEachMaster("demo")).map(async (matchId) => demoMatch(matchId)));
    const flushes: Promise<unknown>[] = [];
    const stopFlushing = changes.onChange(() =>
      flushes.push(...cluster.admins.map(async (admin) => admin.script("FLUSH"))),
    );
    await Promise.all(matches.map(async ({ events }) => client.publish(events)));
    const applied = matches.flatMap(({ events }) => events.map(async (event) => changes.touchedBy(event)));
    await Promise.all(applied);
    stopFlushing();
    await Promise.all(flushes);
    expect(flushes.length).toBeGreaterThan(applied.length);
    for (const { matchId, score } of matches)
      for (const { url } of installation.apis) {
        const reader = patientClient({ url });
        const { state } = await reader.match(matchId);
        expect(state).toMatchObject({ period: "full_time", score });
        for (const variant of ["default", "decimal-105"]) {
          const { markets } = await reader.predictions(matchId, { variant });
          expect(new Set(Object.values(markets).map(({ status }) => status))).toEqual(new Set(["settled"]));
        }
      }
  });

  it("everything else that asks Redis works as well", async () => {
    const [api] = installation.apis;
    const match = new LiveMatch("elsewhere");
    await client.publish(match.opening());
    await client.predictions(match.matchId, { minVersion: 2 });
    const { matches } = await client.matches();
    expect(matches.map(({ matchId }) => matchId)).toContain(match.matchId);
    expect(await client.explain(match.matchId, "match_result")).toMatchObject({ market: "match_result" });
    await client.impact(match.goal());
    await client.invalidate(match.matchId, { category: "goals" });
    const authorization = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString("base64")}`;
    for (const path of ["/v1/cache/stats", "/readyz", "/metrics", "/admin/queues/api/queues"]) {
      const response = await fetch(`${api?.url}${path}`, { headers: { authorization } });
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  it("a cut subscription lets no api process call anything fresh that has not seen the goal", async () => {
    const match = new LiveMatch("cut");
    await client.publish(match.opening());
    const cut = async (): Promise<unknown> =>
      Promise.all(cluster.admins.map(async (admin) => admin.client("KILL", "TYPE", "PUBSUB")));
    const { apis } = installation;
    expect(await readAfterMissedGoals({ apis, store, prefix, match, rounds: 10, cut })).toEqual([]);
  });

  it("no command had a key on another slot than its other keys", () => {
    expect(logs().filter((line) => /CROSSSLOT|MOVED|ASK \d/.test(line))).toEqual([]);
    const troubles = logs().filter((line) => /"level":"(warn|error|fatal)"/.test(line));
    // The test itself cut the connections that messages arrive on, and made Redis forget its scripts in mid-call:
    // an event whose refresh could not be enqueued for that is put back, and enqueues it again.
    const expected = ['"role":"subscriber"', "NOSCRIPT"];
    expect(troubles.filter((line) => !expected.some((text) => line.includes(text)))).toEqual([]);
  });
});
