import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sameCommand, say, secondsSince, SetupError } from "./plain-words.mjs";
import { runProgram } from "./run-program.mjs";

const PNPM = "pnpm@12.21.0";
const INSTALL_TIMEOUT_MS = 15 * 60_000;
const NODE_MAJOR = 26;

/**
 * Installs what the lock file names, unless exactly that is installed already. Needs the network the first time only.
 * @param {string} root folder of the repository
 */
export async function installDependencies(root) {
  const stampFile = join(root, "node_modules", ".touchline-setup");
  const expected = fingerprint(root);
  const complete = manifests(root).every(
    (file) => needsNothing(root, file) || existsSync(join(root, file, "..", "node_modules")),
  );
  if (complete && existsSync(stampFile) && readFileSync(stampFile, "utf8") === expected) return;

  say("installing dependencies (first start, or they changed) ...");
  const startedAt = performance.now();
  const args = ["-y", PNPM, "install", "--frozen-lockfile", `--config.node-version=${installedNodeVersion(root)}`];
  const result = await runProgram("npx", args, {
    cwd: root,
    // Without a terminal pnpm asks nothing; CI makes it behave the same with one.
    env: { ...process.env, CI: "true" },
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
  if (result.missing)
    throw new SetupError("npx is missing; it comes with npm. Install Node.js with npm, then type again:", [
      sameCommand(),
    ]);
  if (!result.ok) {
    const remedy = [sameCommand(), "(the first start needs the network; behind a proxy set HTTPS_PROXY)"];
    throw new SetupError("the dependencies could not be installed, see above. Then type:", remedy, result.output);
  }
  writeFileSync(stampFile, expected);
  say(`dependencies installed in ${secondsSince(startedAt)}`);
}

/**
 * The Node that runs TypeScript as it is: the one installed with the dependencies, whatever Node started us.
 * @param {string} root
 * @returns {string} path of the program
 */
export function nodeProgram(root) {
  const installed =
    process.platform === "win32"
      ? join(root, "node_modules", "node", "bin", "node.exe")
      : join(root, "node_modules", ".bin", "node");
  for (const program of [installed, process.execPath]) {
    const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8", timeout: 30_000 });
    if (Number(/^v(\d+)\./.exec(stdout ?? "")?.[1]) >= NODE_MAJOR) return program;
  }
  // Happens where the published program does not fit the system, such as on musl.
  const remedy = [`install Node.js ${NODE_MAJOR} yourself (https://nodejs.org), then type: ${sameCommand()}`];
  throw new SetupError(`Node.js ${NODE_MAJOR} from node_modules does not run on this machine`, remedy);
}

/** Packages are chosen for the Node they will run on: an older one that runs us would leave out native parts. */
function installedNodeVersion(root) {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node;
}

/** Changes whenever an install would: by lock file, manifests, settings and platform. */
export function fingerprint(root) {
  const hash = createHash("sha256").update(`${PNPM} ${process.platform} ${process.arch}`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests(root)]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`\n${file}\n`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** The manifests of the workspace, the root's aside. */
function manifests(root) {
  const folders = ["test", "bench"];
  for (const group of ["packages", "services", "tools"]) {
    if (!existsSync(join(root, group))) continue;
    for (const folder of readdirSync(join(root, group)).sort()) folders.push(join(group, folder));
  }
  return folders.map((folder) => join(folder, "package.json")).filter((file) => existsSync(join(root, file)));
}

function needsNothing(root, manifest) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, manifest), "utf8"));
  return Object.keys({ ...dependencies, ...devDependencies }).length === 0;
}
