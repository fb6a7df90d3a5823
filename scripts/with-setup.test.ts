import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clockSettings } from "../test/setup/clock-settings.ts";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** Plays every service: writes what happens to it into its log, and takes a moment to end. */
const SERVICE = `
  import { createServer } from "node:http";
  process.stdout.write("pid " + process.pid + "\\n");
  process.on("SIGTERM", () => setTimeout(() => { process.stdout.write("closed " + process.hrtime.bigint() + "\\n"); process.exit(0); }, 50));
  if (process.env.HEALTH_PORT === undefined)
    createServer((req, res) => res.end("{}")).listen(Number(process.env.PORT), "127.0.0.1");
  else setInterval(() => {}, 1000);`;
/** Plays the client: its replay is over when every service has said who it is. */
const CLIENT = `
  import { readFileSync } from "node:fs";
  process.stdout.write("replaying " + process.argv.slice(2).join(" ") + "\\n");
  for (const name of ["api", "worker-1", "worker-2", "tag-manager"])
    while (!/pid \\d+\\n/.test(readFileSync(".touchline/logs/" + name + ".log", "utf8")));`;

let root: string;

/** A copy of the set-up around stand-ins for the services, with the dependencies marked as installed. */
beforeAll(() => {
  root = mkdtempSync(join(process.env["TOUCHLINE_TEST_FOLDER"] ?? tmpdir(), "touchline-setup-"));
  for (const name of ["scripts", "package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"]) {
    cpSync(join(repository, name), join(root, name), { recursive: true });
  }
  for (const name of ["services/api", "services/worker", "services/tag-manager"]) write(`${name}/src/main.ts`, SERVICE);
  write("tools/cli/src/bin.ts", CLIENT);
  write("packages/console/src/build/main.ts", "");
  write("data/demo.ndjson", `{"matchId":"m-1"}\n`);
  mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
  symlinkSync(process.execPath, join(root, "node_modules", ".bin", "node"));
  const program = `import { fingerprint } from "./scripts/setup/install-dependencies.mjs"; process.stdout.write(fingerprint("."))`;
  const stamp = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: root });
  writeFileSync(join(root, "node_modules", ".touchline-setup"), stamp);
});
afterEach(() => {
  for (const { child } of runs.splice(0)) child.kill("SIGTERM");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

interface Run {
  child: ChildProcess;
  output: () => string;
  /** Resolves when this text has been printed. */
  said: (text: string) => Promise<void>;
  exitCode: Promise<number | null>;
}

const runs: Run[] = [];

function run(args: string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ["scripts/with-setup.mjs", ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], PORT: "23000", ...clockSettings(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((check) => check());
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => {
      output += text.toString();
      look();
    });
  }
  const exitCode = once(child, "close").then(([code]) => {
    look();
    return code as number | null;
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (output.includes(text)) resolve();
        else if (child.exitCode !== null) reject(new Error(`ended without saying "${text}":\n${output}`));
      };
      waiting.add(check);
      check();
    });
  const launched: Run = { child, output: () => output, said, exitCode };
  runs.push(launched);
  return launched;
}

const log = (name: string): string => readFileSync(join(root, ".touchline", "logs", `${name}.log`), "utf8");
const pidOf = (service: string): number => Number(/pid (\d+)/.exec(log(service))?.[1]);
const SERVICES = ["api", "worker-1", "worker-2", "tag-manager"];

function redisPid(): number {
  return (JSON.parse(readFileSync(join(root, ".touchline", "running.json"), "utf8")) as { redisPid: number }).redisPid;
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // Dead, but its adoptive parent does not care: it stays listed, with an empty command line.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return process.platform !== "linux";
  }
}

async function started(): Promise<Run & { pids: number[] }> {
  const setUp = run(["start"]);
  await setUp.said("Ctrl-C ends it");
  return { ...setUp, pids: [...SERVICES.map(pidOf), redisPid()] };
}

describe("npm start", () => {
  it("starts a Redis and all services, replays a match, says what to try and leaves no process behind", async () => {
    const setUp = await started();
    expect(setUp.output()).toMatch(/Bull Board: \S+\/admin\/queues \(user admin, password \S{12,}\)/);
    expect(setUp.output()).toMatch(
      /replaying replay data\/demo.ndjson --speed 60 --as m-1-\w+ --url http:\/\/127.0.0.1:23/,
    );
    expect(setUp.output()).toMatch(/\/v1\/matches\/m-1-\w+\/predictions/);
    setUp.child.kill("SIGINT");
    expect(await setUp.exitCode).toBe(0);
    await Promise.all(setUp.pids.map(gone));
  });

  it("stops the api first and Redis last", async () => {
    const setUp = await started();
    setUp.child.kill("SIGTERM");
    await setUp.exitCode;
    const closedAt = (name: string): number => Number(/closed (\d+)/.exec(log(name))?.[1]);
    for (const name of SERVICES.slice(1)) expect(closedAt(name)).toBeGreaterThan(closedAt("api"));
    expect(log("redis")).toContain("ready to exit");
  });

  it("starts a service again that dies, and says so", async () => {
    const setUp = await started();
    const first = pidOf("worker-2");
    process.kill(first, "SIGKILL");
    await setUp.said("worker-2 ended with signal SIGKILL and is started again");
    await expect.poll(() => log("worker-2").match(/pid \d+/g)?.length, { timeout: 60_000 }).toBe(2);
    setUp.child.kill("SIGINT");
    expect(await setUp.exitCode).toBe(0);
    await Promise.all(setUp.pids.map(gone));
  });

  it("reports a service that cannot run, with the end of its log, and ends everything as a failure", async () => {
    write("services/worker/src/main.ts", `console.log("no such setting"); process.exit(3);`);
    const setUp = run(["start"]);
    expect(await setUp.exitCode).toBe(1);
    write("services/worker/src/main.ts", SERVICE);
    expect(setUp.output()).toMatch(/no such setting\n[^]*worker-\d ended with code 3/);
  });

  it("leaves no process behind when it is killed without warning, Redis included", async () => {
    const setUp = await started();
    setUp.child.kill("SIGKILL");
    await Promise.all(setUp.pids.map(gone));
  });

  it("refuses a second start in the same folder and says how to end the first", async () => {
    const first = await started();
    const second = run(["start"]);
    expect(await second.exitCode).toBe(1);
    expect(second.output()).toContain(`kill ${first.child.pid}`);
    first.child.kill("SIGINT");
    await first.exitCode;
  });
});

describe("a failing set-up says what is missing and what to type", () => {
  it("when REDIS_URL names a server that does not answer, without its password", async () => {
    const setUp = run(["start"], { REDIS_URL: "redis://:hunter2@127.0.0.1:1" });
    expect(await setUp.exitCode).toBe(1);
    expect(setUp.output()).toMatch(/no Redis answers there \(127\.0\.0\.1:1: ECONNREFUSED\).*\n.*unset REDIS_URL/);
    expect(setUp.output()).not.toContain("hunter2");
  });

  it("when something else answers at REDIS_URL", async () => {
    const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const setUp = run(["start"], { REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(await setUp.exitCode).toBe(1);
    expect(setUp.output()).toContain("it is no Redis");
    server.close();
  });

  it("when it is given nothing to do", async () => {
    const setUp = run([]);
    expect(await setUp.exitCode).toBe(1);
    expect(setUp.output()).toMatch(/npm start\n.*npm test/);
  });

  it("when there is no Redis and no way to install one", async () => {
    const setUp = run(["start"], { PATH: "/nowhere" });
    expect(await setUp.exitCode).toBe(1);
    expect(setUp.output()).toMatch(/Redis is missing.*\n.*install[^]*docker run/);
  });
});
