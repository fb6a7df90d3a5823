import { sameCommand, say, secondsSince, SetupError } from "./plain-words.mjs";
import { findOnPath } from "./run-program.mjs";
import { installPackage, packageManager } from "./system-package.mjs";

const PROGRAMS = ["redis-server", "valkey-server"];
const PACKAGES = { "apt-get": ["redis-server"], dnf: ["redis", "valkey"], apk: ["redis", "valkey"] };

/**
 * The server program to start: the one on PATH, else, for root, the system's package.
 * @returns {Promise<string>} its path
 */
export async function redisProgram() {
  const found = findOnPath(PROGRAMS);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) throw missing();

  const manager = packageManager();
  if (manager === undefined) throw missing();
  say(`no Redis found; installing one with ${manager} ...`);
  const startedAt = performance.now();
  const output = await installPackage(manager, PACKAGES);
  const installed = findOnPath(PROGRAMS);
  if (installed === undefined) throw missing(output);
  say(`Redis installed in ${secondsSince(startedAt)}`);
  return installed;
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
  if (command !== "npm start") return [];
  return [
    "or run it in Docker and name it:",
    `docker run -d -p 127.0.0.1:6379:6379 ${server}`,
    `REDIS_URL=redis://127.0.0.1:6379 ${command}`,
  ];
}
