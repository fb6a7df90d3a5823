import { Health, type HealthServer, Metrics, createLogger, startHealthServer } from "@touchline/platform";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isThere, readDockerfile, readText, ROOT } from "./installation.ts";

const dockerfile = readDockerfile();
const rests = (instruction: string): string[] =>
  dockerfile.filter((line) => line.instruction === instruction).map(({ rest }) => rest);

describe("the container image", () => {
  it("runs on the Node version that tests run on", () => {
    const { devDependencies } = JSON.parse(readText("package.json")) as { devDependencies: { node: string } };
    for (const base of rests("FROM").filter((rest) => !rest.startsWith("install ")))
      expect(base).toMatch(new RegExp(`^node:${devDependencies.node}-`));
  });

  it("installs what the lockfile says, without development dependencies but for building the console", () => {
    expect(rests("RUN")).toEqual([
      "npx -y pnpm@12.21.0 install --frozen-lockfile --prod",
      "npx -y pnpm@12.21.0 install --frozen-lockfile",
      "node packages/console/src/build/main.ts",
    ]);
    expect(isThere("packages/console/src/build/main.ts")).toBe(true);
    const last = dockerfile.slice(dockerfile.findLastIndex(({ instruction }) => instruction === "FROM"));
    expect(last.flatMap(({ instruction, rest }) => (instruction === "COPY" ? [rest] : []))).toEqual(
      expect.arrayContaining([
        "--from=install /app ./",
        "--from=console /app/packages/console/dist packages/console/dist",
      ]),
    );
  });

  it("knows the manifest of every package and service", () => {
    const manifests = globSync("{packages,services}/*/package.json", { cwd: ROOT });
    expect(manifests.length).toBeGreaterThan(0);
    for (const manifest of manifests) expect(rests("COPY")).toContain(`${manifest} ${dirname(manifest)}/`);
  });

  it("copies only files that exist and that .dockerignore lets through", () => {
    const rules = readText(".dockerignore").split("\n");
    for (const copy of rests("COPY").filter((rest) => !rest.startsWith("--from"))) {
      for (const source of copy.split(" ").slice(0, -1)) {
        expect(isThere(source), source).toBe(true);
        const [top = ""] = source.split("/");
        expect(rules.includes(`!${source}`) || (top !== "infra" && rules.includes(`!${top}`)), source).toBe(true);
      }
    }
  });

  it("keeps out secrets and the host's own node_modules", () => {
    const rules = readText(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(rules[0]).toBe("*");
    expect(rules).toEqual(expect.arrayContaining(["**/node_modules", "**/.env*"]));
  });

  it("does not run as root, and stops on the signal that the services listen to", () => {
    expect(rests("USER")).toEqual(["node"]);
    expect(dockerfile.findIndex(({ instruction }) => instruction === "USER")).toBeGreaterThan(
      dockerfile.findLastIndex(({ instruction }) => instruction === "COPY"),
    );
    expect(rests("STOPSIGNAL")).toEqual(["SIGTERM"]);
  });

  it("starts the api unless told otherwise", () => {
    const [command] = rests("CMD").map((rest) => JSON.parse(rest) as string[]);
    expect(command?.[0]).toBe("node");
    expect(isThere(command?.[1] ?? ""), command?.[1]).toBe(true);
  });
});

describe("the health check", () => {
  let server: HealthServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const log = createLogger({ service: "test", level: "silent" });

  async function check(env: Record<string, string>): Promise<number> {
    const child = spawn(process.execPath, [join(ROOT, "infra/healthcheck.ts")], { env, stdio: "ignore" });
    const [code] = (await once(child, "exit")) as [number];
    return code;
  }

  async function start(health: Health): Promise<string> {
    server = await startHealthServer({ health, metrics: new Metrics(), host: "127.0.0.1", port: 0 });
    return String(server.port);
  }

  // Nobody listens on port 1.
  const nobody = "1";

  it.each(["PORT", "HEALTH_PORT"])("passes while the service on %s is alive", async (variable) => {
    const port = await start(new Health({ log }));
    expect(await check({ PORT: nobody, HEALTH_PORT: nobody, [variable]: port })).toBe(0);
  });

  it("fails when a loop of the service has fallen silent", async () => {
    let now = 0;
    const health = new Health({ log, now: () => now });
    health.heartbeat("loop", 1_000);
    const port = await start(health);
    now = 2_000;
    expect(await check({ PORT: nobody, HEALTH_PORT: port })).toBe(1);
  });

  it("fails when nobody answers", async () => {
    expect(await check({ PORT: nobody, HEALTH_PORT: nobody })).toBe(1);
  });
});
