import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";

/** As many processes as an installation with two apis has, woken in the same order, with nothing to do. */
export interface BareChain {
  /** Milliseconds from adding a job to the message of its refresh on the stream of one api. */
  addToHeard(): Promise<number>;
  close(): Promise<void>;
}

const DEADLINE_MS = 20_000;

/** What an event's way to its reader costs before anything is computed: the least that any build of it could take. */
export async function startBareChain(connection: Redis, url: string): Promise<BareChain> {
  const children: ChildProcess[] = [];
  const start = async (role: string): Promise<number> => {
    const child = fork(new URL("./bare-hop.ts", import.meta.url), [role, url]);
    children.push(child);
    const [port] = (await once(child, "message", { signal: AbortSignal.timeout(DEADLINE_MS) })) as [number];
    return port;
  };
  await start("tag-manager");
  await start("worker");
  await start("api");
  const port = await start("api");
  const stream = await follow(port);
  const queue = new Queue("bare-events", { connection });
  return {
    async addToHeard() {
      const heard = nextRefreshed(stream);
      const began = performance.now();
      await queue.add("event", { matchId: "m-1" });
      await heard;
      return performance.now() - began;
    },
    async close() {
      stream.destroy();
      for (const child of children) {
        const ended = once(child, "exit");
        child.disconnect();
        await ended;
      }
      await queue.close();
    },
  };
}

async function follow(port: number): Promise<IncomingMessage> {
  const request = get({ host: "127.0.0.1", port });
  const [response] = (await once(request, "response", { signal: AbortSignal.timeout(DEADLINE_MS) })) as [
    IncomingMessage,
  ];
  return response;
}

function nextRefreshed(stream: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const look = (chunk: Buffer): void => {
      if (!chunk.includes("refreshed")) return;
      stream.off("data", look);
      resolve();
    };
    stream.on("data", look);
  });
}
