import { existsSync, rmSync, writeFileSync } from "node:fs";
import { sameCommand, say, secondsSince, SetupError } from "./plain-words.mjs";
import { findOnPath, runProgram } from "./run-program.mjs";

const PROGRAMS = ["redis-server", "valkey-server"];
const INSTALL_TIMEOUT_MS = 10 * 60_000;
const POLICY_FILE = "/usr/sbin/policy-rc.d";

/**
 * The server program to start: the one on PATH, else, for root, the system's package.
 * @returns {Promise<string>} its path
 */
export async function redisProgram() {
  const found = findOnPath(PROGRAMS);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) throw missing();

  const manager = ["apt-get", "dnf", "apk"].find((name) => findOnPath([name]) !== undefined);
  if (manager === undefined) throw missing();
  say(`no Redis found; installing one with ${manager} ...`);
  const startedAt = Date.now();
  const output = await INSTALLERS[manager]();
  const installed = findOnPath(PROGRAMS);
  if (installed === undefined) throw missing(output);
  say(`Redis installed in ${secondsSince(startedAt)}`);
  return installed;
}

const INSTALLERS = {
  "apt-get": () =>
    withoutStartingServices(async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
      const update = await run("apt-get", ["update"], env);
      const install = await run("apt-get", ["install", "-y", "--no-install-recommends", "redis-server"], env);
      return install.ok ? "" : update.output + install.output;
    }),
  dnf: () => firstThatWorks("dnf", ["install", "-y"], ["redis", "valkey"]),
  apk: () => firstThatWorks("apk", ["add", "--no-cache"], ["redis", "valkey"]),
};

function run(program, args, env = process.env) {
  return runProgram(program, args, { env, timeoutMs: INSTALL_TIMEOUT_MS });
}

async function firstThatWorks(program, args, packages) {
  let output = "";
  for (const name of packages) {
    const result = await run(program, [...args, name]);
    if (result.ok) return "";
    output += result.output;
  }
  return output;
}

/** Debian starts a service as soon as its package is installed, unless this file says no. Ours only, ours to remove. */
async function withoutStartingServices(install) {
  if (existsSync(POLICY_FILE)) return install();
  const remove = () => rmSync(POLICY_FILE, { force: true });
  try {
    writeFileSync(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    process.once("exit", remove);
    return await install();
  } finally {
    process.off("exit", remove);
    remove();
  }
}

function missing(output = "") {
  return new SetupError(
    "Redis is missing. Install it, then type the same command again:",
    [installCommand(), ...dockerCommand()],
    output,
  );
}

function installCommand() {
  if (process.platform === "darwin") return "brew install redis";
  if (process.platform === "win32") return "(Redis has no Windows build: use Docker as below, or WSL)";
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  if (findOnPath(["apt-get"])) return `${sudo}apt-get install -y redis-server`;
  if (findOnPath(["dnf"])) return `${sudo}dnf install -y redis   # or: ${sudo}dnf install -y valkey`;
  if (findOnPath(["apk"])) return `${sudo}apk add redis`;
  if (findOnPath(["pacman"])) return `${sudo}pacman -S valkey`;
  return "install the package redis-server or valkey-server of your system";
}

function dockerCommand() {
  const command = sameCommand();
  const server = "redis:7 redis-server --appendonly yes --maxmemory-policy noeviction";
  // Tests pause and kill servers of their own, which needs the program itself.
  if (command === "npm test") return [];
  return [
    "or run it in Docker and name it:",
    `docker run -d -p 127.0.0.1:6379:6379 ${server}`,
    `REDIS_URL=redis://127.0.0.1:6379 ${command}`,
  ];
}
