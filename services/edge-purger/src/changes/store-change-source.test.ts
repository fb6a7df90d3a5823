import { changesChannel } from "@touchline/cache";
import { closeRedis, createLogger, openRedis } from "@touchline/platform";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { startRedis, testPrefix } from "../../../../test/setup/redis.ts";
import { connectTestRedis } from "../../../../test/setup/store.ts";
import { StoreChangeSource } from "./store-change-source.ts";

const log = createLogger({ service: "source-test", level: "silent" });
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(publisher: Redis, url: string) {
  const prefix = testPrefix();
  const received: string[] = [];
  const subscriber = await openRedis({ url, mode: "single", role: "subscriber", log });
  closing.push(async () => closeRedis(subscriber));
  const source = new StoreChangeSource({ subscriber, prefix, log, proveEveryMs: 20 });
  await source.open({
    onChange: (matchId, version) => received.push(`${matchId} ${version}`),
    onReset: (reason) => received.push(reason),
  });
  closing.push(async () => source.close());
  const publish = async (message: object) => publisher.publish(changesChannel(prefix), JSON.stringify(message));
  return { source, received, publish, subscriber };
}

const EPOCH = "0123456789abcdef";

/** In the order of the store's messages, whose head is fixed. */
const step = (matchId: string, n: number, version: number, epoch: string | undefined = EPOCH) => ({
  kind: "touched",
  matchId,
  epoch,
  n,
  version,
  forbids: false,
  event: { id: "e", source: "test", type: "goal" },
  changed: [],
  touched: [],
  settled: [],
  reopened: [],
  offerChanged: [],
  clockMoved: false,
});

describe("the changes of the store", () => {
  it("begin with a reset; steps come with their version, commits without, what changes nothing not at all", async () => {
    const { received, publish } = await open(publisherOf(connectTestRedis()), process.env["REDIS_URL"] ?? "");
    await publish(step("a", 5, 3));
    const head = { matchId: "a", epoch: EPOCH };
    const commit = { seen: 3, variant: "default", computeMs: 1, markets: {} };
    await publish({ kind: "refreshed", ...head, n: 6, version: 3, forbids: false, ...commit });
    await publish({ kind: "answered", ...head, variants: ["default"] });
    await publish({ kind: "of_a_newer_build", ...head, n: 7, version: 3, forbids: false });
    await expect.poll(() => received).toEqual(["start", "a 3", "a undefined", "a undefined"]);
  });

  it("reset where a number is missing or goes back, and the change itself is reported too", async () => {
    const { received, publish } = await open(publisherOf(connectTestRedis()), process.env["REDIS_URL"] ?? "");
    for (const [n, version] of [
      [5, 3],
      [7, 4],
      [2, 1],
    ] as const)
      await publish(step("a", n, version));
    await publish(step("b", 1, 1));
    await expect.poll(() => received).toEqual(["start", "a 3", "gap", "a 4", "gap", "a 1", "b 1"]);
  });

  it("reset where a match is of another epoch, whose numbers say nothing of the one before", async () => {
    const { received, publish } = await open(publisherOf(connectTestRedis()), process.env["REDIS_URL"] ?? "");
    await publish(step("a", 5, 3));
    await publish(step("a", 6, 4, "f".repeat(16)));
    await expect.poll(() => received).toEqual(["start", "a 3", "gap", "a 4"]);
  });

  it("are reported of an older build too, which has another head", async () => {
    const { received, publish } = await open(publisherOf(connectTestRedis()), process.env["REDIS_URL"] ?? "");
    const { epoch: _epoch, forbids: _forbids, ...older } = step("a", 5, 3);
    await publish(older);
    await publish({ ...older, n: 7, version: 4 });
    await publish({ kind: "answered", matchId: "a", variants: ["default"] });
    await publish(step("b", 1, 1));
    await expect.poll(() => received).toEqual(["start", "a 3", "gap", "a 4", "b 1"]);
  });

  it("reset when the subscription was cut and is back", async () => {
    const redis = connectTestRedis();
    const { received, publish, subscriber } = await open(publisherOf(redis), process.env["REDIS_URL"] ?? "");
    if (subscriber instanceof Redis) subscriber.stream.destroy();
    await expect.poll(() => received).toEqual(["start", "reconnect"]);
    await publish(step("a", 9, 2));
    await expect.poll(() => received.at(-1)).toBe("a 2");
  });

  it("are blind while the server hangs", async () => {
    const server = await startRedis();
    closing.push(async () => server.stop());
    const { source } = await open(publisherOf(new Redis(server.url)), server.url);
    expect(source.blindMs).toBe(0);
    server.pause();
    await expect.poll(() => source.blindMs).toBeGreaterThan(0);
    server.resume();
    await expect.poll(() => source.blindMs).toBe(0);
  });
});

function publisherOf(redis: Redis): Redis {
  closing.push(async () => redis.quit());
  return redis;
}
