import { createClient } from "@touchline/client";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { MatchScript } from "../setup/match-events.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import { startRedis } from "../setup/redis.ts";
import { startInstallation } from "../setup/services.ts";

it(
  "a store and queue at their memory limit answer reads and refuse events with 503, and go on once there is room",
  async () => {
    const server = await startRedis();
    const redis = new Redis(server.url);
    const installation = await startInstallation({ redisUrl: server.url, prefix: "tl", env: {} });
    try {
      const url = installation.apis[0]?.url ?? "";
      const match = new MatchScript("m-1");
      const post = async (...events: object[]): Promise<number> => {
        const headers = { "content-type": "application/json" };
        return (await fetch(`${url}/v1/events`, { method: "POST", headers, body: JSON.stringify(events) })).status;
      };
      const kickoff = new Date(Date.now() + 3_600_000).toISOString();
      expect(await post(match.fixture({ kickoff }))).toBe(202);
      const client = createClient({ url });
      await expect
        .poll(async () => client.predictions("m-1").then(({ status }) => status), { interval: 50 })
        .toBe("fresh");
      const paths = [
        "/v1/matches/m-1",
        "/v1/matches/m-1/predictions",
        "/v1/matches/m-1/markets/match_result/explain",
        "/v1/matches",
      ];
      const statuses = async (): Promise<number[]> =>
        Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).status));

      await redis.config("SET", "maxmemory", "1");
      expect(await statuses()).toEqual([200, 200, 200, 200]);
      expect(await post(match.corner("home", 5))).toBe(503);
      expect(await post(match.corner("home", 6), match.corner("home", 7))).toBe(503);

      await redis.config("SET", "maxmemory", "0");
      expect(await post(match.corner("home", 8))).toBe(202);
      await expect.poll(async () => client.match("m-1").then(({ version }) => version), { interval: 50 }).toBe(2);
    } finally {
      await installation.stop();
      redis.disconnect();
      await server.stop();
    }
  },
  3 * PATIENCE_MS,
);
