import { evictionProblem } from "@touchline/platform";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis, type TestRedis } from "../setup/redis.ts";
import { bytesOf, readCompose, readText, serviceOf } from "./installation.ts";

const ROLES = [
  { role: "queue", service: "redis-queue", file: "infra/redis/queue.conf" },
  { role: "store", service: "redis-store", file: "infra/redis/store.conf" },
] as const;

/** The file's directives as command line options, without those that only hold inside the container. */
function settingsOf(file: string): string[] {
  return readText(file)
    .split("\n")
    .filter((line) => line !== "" && !/^(#|port |bind |dir )/.test(line))
    .flatMap((line) => {
      const [name = "", ...values] = line.split(/\s+/);
      return [`--${name}`, ...values.map((value) => (value === '""' ? "" : value))];
    });
}

describe.each(ROLES)("Redis for the $role role", ({ role, service, file }) => {
  let server: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    server = await startRedis({ config: settingsOf(file) });
    client = new Redis(server.url, { commandTimeout: 5_000 });
  });
  afterAll(async () => {
    client?.disconnect();
    await server?.stop();
  });

  async function setting(name: string): Promise<string> {
    const [, value = ""] = await client.config("GET", name);
    return value;
  }

  it("accepts every setting of its file", async () => {
    expect(await client.ping()).toBe("PONG");
  });

  it("evicts nothing that must not be lost", async () => {
    const policy = await setting("maxmemory-policy");
    expect(readText(file)).toContain(`maxmemory-policy ${policy}`);
    expect(evictionProblem(role, policy)).toBeUndefined();
  });

  it("has written to disk whatever it has acknowledged", async () => {
    expect(await setting("appendonly")).toBe("yes");
    expect(await setting("appendfsync")).toBe("always");
    await client.set("event", "goal");
    await server.kill();
    await server.restart();
    await expect.poll(() => client.get("event").catch(() => undefined)).toBe("goal");
  });

  it("has a memory limit, and room beside it to rewrite the append-only file", async () => {
    const maxmemory = Number(await setting("maxmemory"));
    const limit = bytesOf(serviceOf(readCompose(), service).deploy.resources.limits.memory);
    expect(maxmemory).toBeGreaterThan(0);
    expect(limit).toBeGreaterThanOrEqual(2 * maxmemory);
  });

  it("is the file that the compose service mounts, with its data on a volume", () => {
    const { volumes } = serviceOf(readCompose(), service);
    expect(volumes).toContain(`./${file}:/etc/touchline/redis.conf:ro`);
    expect(readText(file)).toMatch(/^dir \/data$/m);
    expect(volumes).toContainEqual(expect.stringMatching(/:\/data$/));
  });
});

describe("the command of the compose file", () => {
  const password = "0f1e2d3c4b5a6978";
  let folder: string;
  let server: ChildProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "touchline-redis-"));
  });
  afterAll(async () => {
    if (server?.exitCode === null) {
      server.kill("SIGKILL");
      await once(server, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  });

  it("starts a server that asks for the password, shows it to nobody and ends on SIGTERM", async () => {
    const conf = join(folder, "redis.conf");
    const socket = join(folder, "s");
    const inContainer = readText("infra/redis/queue.conf").replace(/^port .*$/m, `port 0\nunixsocket ${socket}`);
    await writeFile(conf, inContainer.replace(/^dir .*$/m, `dir ${folder}`));
    const [shell = "", flag = "", script = ""] = serviceOf(readCompose(), "redis-queue").command;
    // Compose turns "$$" into "$" before the shell sees it.
    const seen = script.replaceAll("$$", "$").replaceAll("/etc/touchline/redis.conf", conf);
    server = spawn(shell, [flag, seen], {
      env: { ...process.env, REDIS_PASSWORD: password },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let log = "";
    server.stdout?.on("data", (chunk: Buffer) => (log += chunk.toString()));
    await expect.poll(() => log).toMatch(/ready to accept connections/i);

    const stranger = createConnection(socket).end("PING\r\n");
    expect(await text(stranger)).toMatch(/^-NOAUTH/);
    const client = new Redis({ path: socket, password, commandTimeout: 5_000 });
    expect(await client.ping()).toBe("PONG");
    expect(await client.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
    client.disconnect();
    const { stdout: listed } = await promisify(execFile)("ps", ["-o", "args=", "-p", String(server.pid)]);
    expect(listed).toContain("redis-server");
    expect(listed).not.toContain(password);
    server.kill("SIGTERM");
    expect(await once(server, "exit")).toEqual([0, null]);
  });
});
