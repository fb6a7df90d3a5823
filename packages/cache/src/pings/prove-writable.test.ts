import { afterEach, expect, it } from "vitest";
import { Redis } from "ioredis";
import { startRedis, testPrefix, type TestRedis } from "../../../../test/setup/redis.ts";
import { aliveKey } from "../keys.ts";
import { openMatchStore } from "../match-store.ts";

let server: TestRedis;
const clients: Redis[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await server.stop();
});

/** A store on a server of its own, and every ping that the server has published. */
async function openStore() {
  server = await startRedis();
  const [redis, subscriber] = [new Redis(server.url), new Redis(server.url)];
  clients.push(redis, subscriber);
  const published: string[] = [];
  subscriber.on("message", (_channel, text) => published.push(text));
  await subscriber.subscribe("pings");
  const prefix = testPrefix();
  return { redis, subscriber, published, prefix, store: openMatchStore(redis, prefix) };
}

it("a ping is written, published, and answered with the server's history and clock", async () => {
  const { redis, subscriber, published, prefix, store } = await openStore();
  const [seconds] = await redis.time();
  const [proof] = await Promise.all(store.proveWritable({ channel: "pings", id: "7" }));
  const history = /master_replid:(\w+)/.exec(await redis.info("replication"))?.[1];
  expect(proof).toMatchObject({ accepted: true, history, isReplicated: true });
  expect(proof?.accepted && proof.now).toBeGreaterThanOrEqual(Number(seconds) * 1_000);
  expect(await redis.get(aliveKey(prefix, 0))).toBe("7");
  await subscriber.ping();
  expect(published).toEqual(["7"]);
});

it.each([
  ["NOREPLICAS", async (redis: Redis) => redis.config("SET", "min-replicas-to-write", "1")],
  ["READONLY", async (redis: Redis) => redis.replicaof("127.0.0.1", 1)],
  ["OOM", async (redis: Redis) => redis.config("SET", "maxmemory", "1")],
])(
  "a server that answers %s is distinguished from one that does not answer, and publishes nothing",
  async (refusal, make) => {
    const { redis, subscriber, published, store } = await openStore();
    await make(redis);
    expect(await Promise.all(store.proveWritable({ channel: "pings", id: "7" }))).toEqual([
      { accepted: false, refusal },
    ]);
    await subscriber.ping();
    expect(published).toEqual([]);
  },
);

it("a ping says whether as many replicas as are demanded have it", async () => {
  const { redis, store } = await openStore();
  const replica = await startRedis({ config: ["--replicaof", "127.0.0.1", String(server.port)] });
  try {
    await expect.poll(async () => redis.info("replication"), { timeout: 60_000 }).toContain("state=online");
    const isReplicated = async (replicas: number) =>
      Promise.all(store.proveWritable({ channel: "pings", id: "7", replicas })).then(([proof]) => proof);
    await expect.poll(async () => isReplicated(1), { timeout: 60_000 }).toMatchObject({ isReplicated: true });
    expect(await isReplicated(2)).toMatchObject({ accepted: true, isReplicated: false });
    replica.pause();
    expect(await isReplicated(1)).toMatchObject({ accepted: true, isReplicated: false });
  } finally {
    await replica.stop();
  }
});

it("a server that does not answer is an error", async () => {
  const { redis, store } = await openStore();
  redis.disconnect();
  await expect(Promise.all(store.proveWritable({ channel: "pings", id: "7" }))).rejects.toThrow("Connection is closed");
});
