import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { type ServiceName, startService } from "../setup/services.ts";

let careful: TestRedis;
let evictsOld: TestRedis;
let evictsVolatile: TestRedis;
beforeAll(async () => {
  [careful, evictsOld, evictsVolatile] = await Promise.all([
    startRedis(),
    startRedis({ config: ["--maxmemory-policy", "allkeys-lru"] }),
    startRedis({ config: ["--maxmemory-policy", "volatile-lru"] }),
  ]);
});
afterAll(async () => {
  await Promise.all([careful, evictsOld, evictsVolatile].map(async (server) => server.stop()));
});

const services = ["api", "tag-manager", "worker"] as const satisfies readonly ServiceName[];

/**
 * Starts a service as production does, on these servers, and ends it again. @throws Error with its last words when it
 * refuses
 */
async function start(
  service: ServiceName,
  servers: { readonly store: TestRedis; readonly queue: TestRedis; readonly mode?: string },
): Promise<void> {
  const started = await startService(
    service,
    {
      NODE_ENV: servers.mode ?? "production",
      API_KEYS: "a-key-that-is-long-enough",
      ADMIN_PASSWORD: "long-enough",
      STORE_REDIS_URL: servers.store.url,
      QUEUE_REDIS_URL: servers.queue.url,
    },
    { echoErrors: false },
  );
  await started.stop();
}

describe.each(services)("in production the %s", (service) => {
  it("refuses a store that may evict truth, and names the policy", async () => {
    const refused = start(service, { store: evictsOld, queue: careful });
    await expect(refused).rejects.toThrow(/store role needs .*noeviction or volatile-\*.* runs allkeys-lru/);
  });

  it("refuses a queue that may evict anything, and names the policy", async () => {
    const refused = start(service, { store: careful, queue: evictsVolatile });
    await expect(refused).rejects.toThrow(/queue role needs .*noeviction.* runs volatile-lru/);
  });

  it("starts on a store that may evict predictions only", async () => {
    await start(service, { store: evictsVolatile, queue: careful });
  });
});

describe("in development", () => {
  it("a wrong policy is a warning", async () => {
    await start("worker", { store: evictsOld, queue: evictsOld, mode: "development" });
  });
});
