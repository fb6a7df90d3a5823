import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { clockSettings } from "./clock-settings.ts";
import { compileCache } from "./compile-cache.ts";
import { PATIENCE_MS } from "./patience.ts";

export type ServiceName = "api" | "tag-manager" | "worker" | "edge-purger";

/** A service running as its own process, as an operator would start it. */
export interface RunningService {
  readonly name: ServiceName;
  readonly url: string;
  readonly pid: number;
  /** Its last log lines, oldest first, as written. */
  readonly logs: readonly string[];
  /** SIGSTOP: the process freezes with its connections open. */
  pause(): void;
  resume(): void;
  /** SIGKILL: gone without a word. */
  kill(): Promise<void>;
  /** SIGTERM: a graceful shutdown. @returns the exit code, null when it had to be killed */
  stop(): Promise<number | null>;
  /** The value of a metric by its name and labels as Prometheus prints them; 0 when it has no such line. */
  metric(line: string): Promise<number>;
}

const KEPT_LOG_LINES = 5_000;

/**
 * Under test the services have deadlines far beyond any pause of the machine; scenarios that meet one set their own.
 * Benchmarks measure them as they are shipped.
 */
const UNHURRIED =
  process.env["VITEST"] !== "true"
    ? {}
    : {
        REDIS_TIMEOUT_MS: "20000",
        APPLY_LAG_MAX_MS: "600000",
        // Below the deadline of the client.
        MISS_WAIT_MS: "8000",
        APPLY_WAIT_MS: "8000",
        SHUTDOWN_TIMEOUT_MS: String(PATIENCE_MS / 2),
      };

interface StartOptions {
  /** Whether its errors go to stderr. A scenario that causes them looks at `logs` instead. */
  readonly echoErrors?: boolean;
}

/** Starts a service on free ports and waits until it says that it is ready. */
export async function startService(
  name: ServiceName,
  env: Record<string, string>,
  { echoErrors = true }: StartOptions = {},
): Promise<RunningService> {
  const main = fileURLToPath(new URL(`../../services/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"] ?? "",
      ...compileCache(),
      ...clockSettings(),
      HEALTH_PORT: "0",
      PORT: "0",
      LOG_LEVEL: "info",
      ...UNHURRIED,
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const logs: string[] = [];
  const url = `http://127.0.0.1:${await readyPort(child, name, logs, echoErrors)}`;
  const gone = once(child, "exit");
  return {
    name,
    url,
    pid: child.pid ?? -1,
    logs,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await gone;
      clearTimeout(timer);
      return child.exitCode;
    },
    async metric(line) {
      const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      const found = (await response.text()).split("\n").find((text) => text.startsWith(`${line} `));
      return found ? Number(found.slice(line.length + 1)) : 0;
    },
  };
}

async function readyPort(child: ChildProcess, name: ServiceName, logs: string[], echoErrors: boolean): Promise<number> {
  const ready = Promise.withResolvers<number>();
  const timer = setTimeout(() => ready.reject(new Error(`${name} was not ready in time`)), PATIENCE_MS);
  // Not "exit": the last lines may still be on their way then.
  child.once("close", (code) =>
    ready.reject(new Error(`${name} ended with code ${code} before it was ready:\n${logs.slice(-5).join("\n")}`)),
  );
  if (child.stdout) {
    createInterface(child.stdout).on("line", (text) => {
      logs.push(text);
      if (logs.length > KEPT_LOG_LINES) logs.shift();
      const entry = logEntry(text);
      if (entry.msg === `${name} ready` && entry.port !== undefined) ready.resolve(entry.port);
      else if (echoErrors && (entry.level === "error" || entry.level === "fatal"))
        process.stderr.write(`${name}: ${text}\n`);
    });
  }
  try {
    return await ready.promise;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function logEntry(text: string): { msg?: string; port?: number; level?: string } {
  try {
    return JSON.parse(text) as { msg?: string; port?: number; level?: string };
  } catch {
    return {};
  }
}

/** A whole installation of its own: so many tag-managers and workers, one api or more, under one key prefix. */
export interface Installation {
  readonly apis: readonly RunningService[];
  readonly tagManagers: readonly RunningService[];
  readonly workers: readonly RunningService[];
  stop(): Promise<void>;
}

interface InstallationOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly apis?: number;
  readonly tagManagers?: number;
  readonly workers?: number;
  readonly env?: Record<string, string>;
  readonly echoErrors?: boolean;
}

export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { redisUrl, prefix, apis = 1, tagManagers = 1, workers = 1, env = {}, echoErrors = true } = options;
  const started: RunningService[] = [];
  const several = async (name: ServiceName, count: number): Promise<RunningService[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const settings = { REDIS_URL: redisUrl, KEY_PREFIX: prefix, ...env };
        const service = await startService(name, settings, { echoErrors });
        started.push(service);
        return service;
      }),
    );
  const stop = async (): Promise<void> => void (await Promise.all(started.map(async (service) => service.stop())));
  try {
    const [api, manager, worker] = await Promise.all([
      several("api", apis),
      several("tag-manager", tagManagers),
      several("worker", workers),
    ]);
    return { apis: api, tagManagers: manager, workers: worker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
