import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SetupError } from "./plain-words.mjs";
import { endProcess } from "./processes.mjs";
import { ping } from "./redis-address.mjs";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const PORT_ATTEMPTS = 5;

/**
 * Starts a Redis of our own: loopback only, on a free port, never a server that the user already runs.
 * Its data survives in `folder` as an append-only file.
 * @typedef {{ url: string, port: number, pid: number, exited: Promise<unknown>, stop: () => Promise<void> }} OwnRedis
 * @param {string} program @param {string} folder @param {string} logFile emptied first
 * @param {(redis: OwnRedis) => void} onSpawn called before it is ready, so that an impatient user leaves none behind
 * @returns {Promise<OwnRedis>} once it answers
 */
export async function startRedis(program, folder, logFile, onSpawn) {
  mkdirSync(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const log = openSync(logFile, "w");
    const child = spawn(program, settings(port, folder), {
      // A group of its own: Ctrl-C in the terminal must not end it before those who still write to it.
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const exited = once(child, "exit").catch((error) => error);
    const stop = async () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        await endProcess(child.pid, STOP_TIMEOUT_MS);
    };
    const redis = { url: `redis://127.0.0.1:${port}`, port, pid: child.pid, exited, stop };
    onSpawn(redis);
    const problem = await waitUntilReady(child, port);
    if (problem === undefined) return redis;
    child.kill("SIGKILL");
    const output = existsSync(logFile) ? readFileSync(logFile, "utf8").slice(-2_000) : "";
    // Another process may have taken the port between our looking and Redis's binding.
    if (attempt < PORT_ATTEMPTS && /in use/i.test(output)) continue;
    throw new SetupError(
      `${program} did not start (${problem}). If its data is damaged, delete it and try again:`,
      [`rm -r ${folder}`],
      output,
    );
  }
}

function settings(port, folder) {
  const fixed = {
    port,
    bind: "127.0.0.1",
    dir: folder,
    appendonly: "yes",
    save: "",
    "maxmemory-policy": "noeviction",
    daemonize: "no",
  };
  return Object.entries(fixed).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function waitUntilReady(child, port) {
  let problem = "no answer";
  let ended;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signal) => (ended = `it ended with ${signal ?? `code ${code}`}`));
  for (const end = performance.now() + START_TIMEOUT_MS; performance.now() < end; await sleep(25)) {
    if (ended !== undefined) return ended;
    // While it loads its data it answers with -LOADING.
    problem = await ping("127.0.0.1", port);
    if (problem === undefined && ended === undefined) return undefined;
  }
  return problem;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** @param {string} root @returns folders and files of the running installation, none of them in version control */
export function stateFolder(root) {
  const folder = join(root, ".touchline");
  mkdirSync(join(folder, "logs"), { recursive: true });
  return {
    redisData: join(folder, "redis"),
    redisLog: join(folder, "logs", "redis.log"),
    lock: join(folder, "running.json"),
  };
}
