import { EVENTS_QUEUE, openQueue, queuePrefix } from "@touchline/queue";
import { Worker } from "bullmq";
import { closeRedis, createLogger, openRedis, parseConfig } from "@touchline/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { apiSettings, checkApiConfig } from "./settings.ts";
import { type ApiFixture, type HttpAnswer, startApi } from "./testing/api-fixture.ts";

const Queues = z.object({ queues: z.array(z.looseObject({ name: z.string() })) });
const PASSWORD = "correct horse";
let api: ApiFixture;
beforeAll(async () => {
  api = await startApi({ env: { ADMIN_PASSWORD: PASSWORD } });
});
afterAll(async () => api[Symbol.asyncDispose]());

function as(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}
const ADMIN = as("admin", PASSWORD);

async function board(method: string, path: string, more: Record<string, string> = {}): Promise<HttpAnswer> {
  return api.send(method, `/admin/queues${path}`, undefined, { ...ADMIN, ...more });
}

describe("Bull Board", () => {
  it("opens to the admin's password alone", async () => {
    expect((await board("GET", "")).text).toContain("Touchline queues");
    expect((await board("GET", "/static/favicon-32x32.png")).status).toBe(200);
    for (const headers of [{}, as("admin", "wrong"), as("root", PASSWORD), { authorization: `Bearer ${PASSWORD}` }]) {
      const answer = await api.get("/admin/queues/api/queues", headers);
      expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, expect.stringMatching(/^Basic/)]);
      expect(answer.json()).toMatchObject({ type: "/problems/admin_password_needed" });
    }
  });

  it("is closed where no password is configured, and says what would open it", async () => {
    await using closed = await startApi();
    for (const path of ["/admin/queues", "/admin/queues/api/queues"]) {
      const answer = await closed.get(path, ADMIN);
      expect([answer.status, answer.json()]).toEqual([
        403,
        expect.objectContaining({
          type: "/problems/admin_closed",
          detail: expect.stringContaining("ADMIN_PASSWORD") as string,
        }),
      ]);
    }
  });

  it("shows every queue", async () => {
    const { queues } = (await board("GET", "/api/queues")).as(Queues);
    expect(queues.map(({ name }) => name)).toEqual(["match-events", "refresh", "dead-letters"]);
  });

  it("lets the admin retry a failed job, and do nothing else", async () => {
    const prefix = queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE);
    const log = createLogger({ service: "test", level: "silent" });
    const queue = openQueue(EVENTS_QUEUE, api.queue, prefix);
    const connection = await openRedis({ url: api.config.REDIS_URL, mode: "single", role: "worker", log });
    const failing = new Worker(EVENTS_QUEUE, () => Promise.reject(new Error("no")), { connection, prefix });
    const failed = new Promise((resolve) => failing.once("failed", resolve));
    await queue.add("corner", {}, { jobId: "job-1" });
    await failed;
    await failing.close();
    await closeRedis(connection);

    const forbidden: [string, string][] = [
      ["PUT", "/api/queues/pause"],
      ["PUT", "/api/queues/match-events/pause"],
      ["PUT", "/api/queues/match-events/empty"],
      ["PUT", "/api/queues/match-events/obliterate"],
      ["PUT", "/api/queues/match-events/clean/failed"],
      ["PUT", "/api/queues/match-events/job-1/clean"],
      ["POST", "/api/queues/match-events/add"],
      ["PATCH", "/api/queues/match-events/job-1/update-data"],
    ];
    for (const [method, path] of forbidden) expect([path, (await board(method, path)).status]).toEqual([path, 403]);
    expect(
      (await board("PUT", "/api/queues/match-events/job-1/retry/failed", { "sec-fetch-site": "cross-site" })).status,
    ).toBe(403);
    expect(await queue.getJobState("job-1")).toBe("failed");

    expect((await board("GET", "/api/queues/match-events/job-1")).status).toBe(200);
    expect(
      (await board("PUT", "/api/queues/match-events/retry/failed", { "sec-fetch-site": "same-origin" })).status,
    ).toBe(200);
    expect(await queue.getJobState("job-1")).toBe("waiting");
  });
});

describe("the settings", () => {
  const parse = (env: Record<string, string>) => parseConfig(apiSettings, env, { check: checkApiConfig });

  it("name everything that production needs, at once", () => {
    expect(() => parse({ NODE_ENV: "production" })).toThrow(/API_KEYS[^]*ADMIN_PASSWORD|ADMIN_PASSWORD[^]*API_KEYS/);
    expect(() => parse({ NODE_ENV: "production", API_KEYS: " , ", ADMIN_PASSWORD: "long enough" })).toThrow("API_KEYS");
    const keys = ["0123456789abcdef", "fedcba9876543210"];
    const given = { NODE_ENV: "production", API_KEYS: keys.join(", "), ADMIN_PASSWORD: "long enough" };
    expect(parse(given).API_KEYS).toEqual(keys);
  });

  it("tell all mistakes in one report, those of production beside mistyped ones", () => {
    const env = { NODE_ENV: "production", PORT: "many", ADMIN_PASSWORD: "short", REDIS_URL: "nowhere" };
    for (const name of ["PORT", "ADMIN_PASSWORD", "REDIS_URL", "API_KEYS"]) expect(() => parse(env)).toThrow(name);
    expect(() => parse(env)).not.toThrow(/ADMIN_PASSWORD[^]*ADMIN_PASSWORD/);
  });

  it("have defaults for everything else", () => {
    expect(parse({})).toMatchObject({ PORT: 3_000, MISS_WAIT_MS: 2_000, XFETCH_BETA: 1 });
  });
});
