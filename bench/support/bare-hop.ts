import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

/**
 * One process of the bare chain: the hops of an event's way to its reader, and nothing done on any of them. Told to its
 * parent when it is ready: the port of the stream, 0 where there is none.
 */
const [role = "", url = ""] = process.argv.slice(2);
const CHANGES = "bare-changes";
const quick = { removeOnComplete: { count: 0 } };
const open = (): Redis => new Redis(url, { maxRetriesPerRequest: null });

const roles: Readonly<Record<string, () => Promise<number>>> = {
  /** One step in the store, then the doorbell. */
  "tag-manager": async () => {
    const [store, producer, connection] = [open(), open(), open()];
    const refreshes = new Queue("bare-refresh", { connection: producer });
    const step = "redis.call('PUBLISH', KEYS[1], 'touched') return redis.call('INCR', KEYS[2])";
    const worker = new Worker(
      "bare-events",
      async () => {
        await store.eval(step, 2, CHANGES, "bare-version");
        await refreshes.add(
          "refresh",
          { matchId: "m-1" },
          { deduplication: { id: "m-1", keepLastIfActive: true }, priority: 10 },
        );
      },
      { connection, ...quick },
    );
    await worker.waitUntilReady();
    return 0;
  },

  /** One look at the store and one commit, which publishes. */
  worker: async () => {
    const [store, connection] = [open(), open()];
    const worker = new Worker(
      "bare-refresh",
      async () => {
        await store.eval("return redis.call('GET', KEYS[1])", 1, "bare-version");
        await store.eval("return redis.call('PUBLISH', KEYS[1], 'refreshed')", 1, CHANGES);
      },
      { connection, ...quick },
    );
    await worker.waitUntilReady();
    return 0;
  },

  /** Passes what is published to everybody who follows the stream. */
  api: async () => {
    const followers = new Set<ServerResponse>();
    const subscriber = open();
    subscriber.on("message", (_channel, message: string) => {
      for (const follower of followers) follower.write(`data: ${message}\n\n`);
    });
    await subscriber.subscribe(CHANGES);
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      followers.add(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  },
};

const start = roles[role];
if (!start) throw new Error(`bare-hop.ts is one of ${Object.keys(roles).join(", ")}`);
process.send?.(await start());
process.once("disconnect", () => process.exit(0));
