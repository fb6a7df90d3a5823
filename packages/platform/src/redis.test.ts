import { afterEach, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../../../test/setup/redis.ts";
import { DeadlineError, withDeadline } from "./deadline.ts";
import { createLogger } from "./log.ts";
import { closeRedis, openRedis, type RedisClient, type RedisRole, reconnectDelayMs } from "./redis.ts";
import { PATIENCE_MS } from "../../../test/setup/patience.ts";
import { checkEvictionPolicy, EvictionPolicyError, evictionProblem } from "./redis-policy.ts";

const opened: { server: TestRedis; clients: RedisClient[] }[] = [];

async function setUp(config: string[] = []) {
  const server = await startRedis({ config });
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: "test",
    sink: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const clients: RedisClient[] = [];
  opened.push({ server, clients });
  const open = async (role: RedisRole, commandTimeoutMs = 100): Promise<RedisClient> => {
    const client = await openRedis({
      url: server.url,
      mode: "single",
      role,
      log,
      commandTimeoutMs,
      name: `test-${role}`,
    });
    clients.push(client);
    return client;
  };
  return { server, open, log, lines, messages: () => lines.map((line) => line["msg"]) };
}

afterEach(async () => {
  for (const { server, clients } of opened.splice(0)) {
    for (const client of clients) client.disconnect();
    await server.stop();
  }
});

const event = (client: RedisClient, name: string): Promise<unknown> =>
  withDeadline(new Promise((resolve) => client.once(name, resolve)), PATIENCE_MS, `event ${name}`);

describe("a Redis connection", () => {
  it("is usable once opened, under the name it was given", async () => {
    const { open } = await setUp();
    const store = await open("store");
    expect(await store.set("a", "1")).toBe("OK");
    expect(await store.client("GETNAME")).toBe("test-store");
    await closeRedis(store);
    await expect(store.get("a")).rejects.toThrow();
  });

  it("that cannot be opened names the address without its password, and the reason", async () => {
    const { server, log } = await setUp();
    await server.kill();
    const url = `redis://:hunter2@127.0.0.1:${server.port}`;
    const failure = await openRedis({ url, mode: "single", role: "store", log, connectDeadlineMs: 50 }).catch(
      (e: unknown) => e,
    );
    expect(failure).toBeInstanceOf(DeadlineError);
    expect(String(failure)).toContain(`redis://***@127.0.0.1:${server.port}`);
    expect(failure).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  it.each(["store", "queue"] as const)(
    "for the %s fails commands in time while Redis hangs, and recovers",
    async (role) => {
      const { server, open, messages } = await setUp();
      const client = await open(role);
      server.pause();
      const dropped = event(client, "close");
      await expect(withDeadline(client.get("a"), PATIENCE_MS, "GET")).rejects.toThrow(/timed out|max retries/);
      await dropped;
      // From here on nobody waits for a timeout any more.
      await expect(client.get("a")).rejects.toThrow(/isn't writeable/);
      const back = event(client, "ready");
      server.resume();
      await back;
      expect(await client.get("a")).toBeNull();
      expect(messages()).toEqual(["redis connection lost", "redis connection restored"]);
    },
  );

  it("fails at once what was under way when Redis died, and does not send it again later", async () => {
    const { server, open } = await setUp(["--appendonly", "yes", "--appendfsync", "always"]);
    const store = await open("store", 5_000);
    await store.set("counter", "0");
    server.pause();
    const underWay = expect(store.incr("counter")).rejects.toThrow(/retries|closed/);
    const back = event(store, "ready");
    await server.kill();
    await underWay;
    await server.restart();
    await back;
    expect(await store.get("counter")).toBe("0");
  });

  it("logs one line for an outage, however long, and one for its end", async () => {
    const { server, open, lines, messages } = await setUp();
    const store = await open("store");
    await server.kill();
    for (let attempt = 0; attempt < 3; attempt++) await event(store, "reconnecting");
    expect(messages()).toEqual(["redis connection lost"]);
    const back = event(store, "ready");
    await server.restart();
    await back;
    expect(messages()).toEqual(["redis connection lost", "redis connection restored"]);
    expect(lines[1]?.["downMs"]).toBeGreaterThan(0);
  });

  it("for messages keeps its subscriptions over an outage", async () => {
    const { server, open } = await setUp();
    const subscriber = await open("subscriber");
    await subscriber.subscribe("touched");
    await server.kill();
    const back = event(subscriber, "ready");
    await server.restart();
    await back;
    const publisher = await open("store");
    const message = event(subscriber, "message");
    // The new connection subscribes again on its own; publish until somebody listens.
    while ((await publisher.publish("touched", "m1")) === 0);
    expect(await message).toBe("touched");
  });

  it("for messages survives a Redis that hangs while it subscribes again", async () => {
    const { server, open } = await setUp();
    const subscriber = await open("subscriber");
    await subscriber.subscribe("touched");
    server.pause();
    subscriber.disconnect(true);
    await event(subscriber, "connect");
    subscriber.disconnect();
    await event(subscriber, "end");
  });

  it("for a worker lets blocking commands outlast the command timeout", async () => {
    const { open } = await setUp();
    const worker = await open("worker", 50);
    expect(await worker.bzpopmin("empty", 0.2)).toBeNull();
  });
});

describe("the delay before reconnecting", () => {
  it("grows from tens of milliseconds to two seconds and no further", () => {
    const highest = (attempt: number): number => reconnectDelayMs(attempt, () => 1);
    expect([1, 2, 3, 6, 7, 1_000].map(highest)).toEqual([50, 100, 200, 1_600, 2_000, 2_000]);
    expect(reconnectDelayMs(7, () => 0)).toBe(1_000);
  });
});

describe("the eviction policy", () => {
  it.each([
    ["queue", "noeviction", true],
    ["queue", "volatile-lru", false],
    ["queue", "allkeys-lru", false],
    ["store", "noeviction", true],
    ["store", "volatile-ttl", true],
    ["store", "allkeys-lfu", false],
  ] as const)("of the %s may be %s: %s", (role, policy, allowed) => {
    expect(evictionProblem(role, policy) === undefined).toBe(allowed);
  });

  it("stops the start in production and warns elsewhere", async () => {
    const { open, log, messages } = await setUp(["--maxmemory-policy", "allkeys-lru"]);
    const store = await open("store");
    await expect(checkEvictionPolicy(store, { role: "store", production: true, log })).rejects.toThrow(
      EvictionPolicyError,
    );
    await checkEvictionPolicy(store, { role: "store", production: false, log });
    expect(messages()).toEqual(["redis may evict what must not be lost; production would refuse to start"]);
  });

  it("lets a correct server pass in silence", async () => {
    const { open, log, messages } = await setUp();
    await checkEvictionPolicy(await open("queue"), { role: "queue", production: true, log });
    expect(messages()).toEqual([]);
  });
});
