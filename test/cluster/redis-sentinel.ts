import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { withDeadline } from "@touchline/platform";
import { Redis } from "ioredis";
import { PATIENCE_MS } from "../setup/patience.ts";
import { startRedis, type TestRedis } from "../setup/redis.ts";

/** A master, its replica, and a sentinel that promotes the replica when the master is gone. */
export interface WatchedRedis {
  /** As `REDIS_URL` names a master behind sentinels. */
  readonly url: string;
  readonly master: TestRedis;
  readonly replica: TestRedis;
  /** Ends the master without warning, which from now on the sentinel notices within half a second. */
  killMaster(): Promise<void>;
  /** Resolves once the sentinel has made the replica the master. */
  readonly failedOver: Promise<unknown>;
  stop(): Promise<void>;
}

const MASTER_NAME = "main";
const PROGRAMS = ["redis-server", "valkey-server"];

/** Starts the three servers and waits until the sentinel knows both of the others. */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  const folder = await mkdtemp(join(process.env["TOUCHLINE_TEST_FOLDER"] ?? tmpdir(), "touchline-sentinel-"));
  const servers: TestRedis[] = [];
  let sentinel: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    sentinel?.kill("SIGKILL");
    await Promise.all(servers.map(async (server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const master = await startRedis({ config: ["--repl-diskless-sync-delay", "0"] });
    servers.push(master);
    const replica = await startRedis({ config: ["--replicaof", "127.0.0.1", String(master.port)] });
    servers.push(replica);
    const port = await portOfNobody();
    const file = join(folder, "sentinel.conf");
    await writeFile(file, settings(port, folder, master.port));
    const started = await startSentinel(file);
    sentinel = started.child;
    const failedOver = started.says("+switch-master");
    // Nobody may be waiting for it when it does not come.
    failedOver.catch(() => undefined);
    await withDeadline(started.says("+slave slave"), PATIENCE_MS, "the sentinel finding the replica");
    const killMaster = async (): Promise<void> => {
      await master.kill();
      await noticeWithin(port, 500);
    };
    return { url: `redis+sentinel://127.0.0.1:${port}/${MASTER_NAME}`, master, replica, killMaster, failedOver, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A master that is only given its turn late must not count as gone: until it is killed, it may take ten minutes. */
async function noticeWithin(port: number, ms: number): Promise<void> {
  const admin = new Redis(port, { maxRetriesPerRequest: 1 });
  await admin.call("SENTINEL", "SET", MASTER_NAME, "down-after-milliseconds", String(ms));
  admin.disconnect();
}

/** One sentinel decides alone. */
function settings(port: number, folder: string, masterPort: number): string {
  return [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 1`,
    `sentinel down-after-milliseconds ${MASTER_NAME} 600000`,
    `sentinel failover-timeout ${MASTER_NAME} 5000`,
    "",
  ].join("\n");
}

interface StartedSentinel {
  readonly child: ChildProcess;
  /** Until a line of its log, past or to come, holds `words`. */
  says(words: string): Promise<void>;
}

async function startSentinel(file: string): Promise<StartedSentinel> {
  for (const program of PROGRAMS) {
    const child = spawn(program, [file, "--sentinel"], { stdio: ["ignore", "pipe", "ignore"] });
    const isThere = await once(child, "spawn").then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const said: string[] = [];
    const waiting = new Set<(line: string) => void>();
    createInterface(child.stdout).on("line", (line) => {
      said.push(line);
      for (const hear of waiting) hear(line);
    });
    return {
      child,
      async says(words) {
        if (said.some((line) => line.includes(words))) return;
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        waiting.add((line) => line.includes(words) && resolve());
        child.once("exit", () => reject(new Error(`the sentinel ended:\n${said.slice(-5).join("\n")}`)));
        await promise;
      },
    };
  }
  throw new Error(`none of ${PROGRAMS.join(", ")} is installed`);
}

async function portOfNobody(): Promise<number> {
  const lent = await startRedis();
  await lent.stop();
  return lent.port;
}
