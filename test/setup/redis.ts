import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENCE_MS } from "./patience.ts";

/** A Redis server of a test's own, which it may pause, kill and restart without harming another test. */
export interface TestRedis {
  /** `redis://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Of the server that runs now; changes with a restart. */
  readonly pid: number;
  /** Stops it in its tracks (SIGSTOP): connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends it without warning (SIGKILL); its data folder stays. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data folder. */
  restart(): Promise<void>;
  /** Ends it and deletes its data folder. Harmless when it was killed, paused or stopped before. */
  stop(): Promise<void>;
}

interface StartRedisOptions {
  /** Further command line settings, such as `["--appendonly", "yes"]` or `["--maxmemory-policy", "allkeys-lru"]`. */
  config?: readonly string[];
}

const PROGRAMS = ["redis-server", "valkey-server"];
const PORT_ATTEMPTS = 5;

const running = new Set<ChildProcess>();
// A test runner that dies takes its servers along.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a Redis server on a free loopback port with an ephemeral data folder, noeviction and no snapshots. */
export async function startRedis({ config = [] }: StartRedisOptions = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(process.env["TOUCHLINE_TEST_FOLDER"] ?? tmpdir(), "touchline-redis-"));
  let started: { child: ChildProcess; port: number };
  try {
    started = await startOnFreePort(folder, config);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const { port } = started;
  let { child } = started;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid ?? -1;
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill: () => end(child, "SIGKILL"),
    restart: async () => {
      await end(child, "SIGKILL");
      child = await launch(port, folder, config);
    },
    stop: async () => {
      await end(child, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A key prefix that no other test and no other run uses. */
export function testPrefix(): string {
  return `t${randomBytes(6).toString("hex")}`;
}

async function startOnFreePort(
  folder: string,
  config: readonly string[],
): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { child: await launch(port, folder, config), port };
    } catch (error) {
      // Somebody else may have taken the port between our looking and Redis's binding.
      if (attempt === PORT_ATTEMPTS || !/in use/i.test(String(error))) throw error;
    }
  }
}

async function launch(port: number, folder: string, config: readonly string[]): Promise<ChildProcess> {
  for (const program of PROGRAMS) {
    const settings = [
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--save",
      "",
      "--maxmemory-policy",
      "noeviction",
    ];
    const child = spawn(program, [...settings, ...config], { stdio: ["ignore", "pipe", "pipe"] });
    const outcome = await ready(child, program);
    if (outcome === "ready") return child;
  }
  throw new Error(`none of ${PROGRAMS.join(", ")} is installed; "npm test" installs one or says how`);
}

/** Waits until the server accepts connections; `"missing"` when there is no such program. */
async function ready(child: ChildProcess, program: string): Promise<"ready" | "missing"> {
  let output = "";
  const { promise, resolve, reject } = Promise.withResolvers<"ready" | "missing">();
  const timer = setTimeout(() => reject(new Error(`${program} was not ready in time:\n${output}`)), PATIENCE_MS);
  const read = (text: Buffer): void => {
    output = (output + text.toString()).slice(-8_192);
    if (output.includes("Ready to accept connections")) resolve("ready");
  };
  child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  child.once("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? resolve("missing") : reject(error)));
  child.once("exit", () => {
    running.delete(child);
    reject(new Error(`${program} ended while starting:\n${output}`));
  });
  running.add(child);
  try {
    return await promise;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
