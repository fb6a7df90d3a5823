import { existsSync } from "node:fs";
import { say, secondsSince, SetupError } from "./plain-words.mjs";
import { installPackage, packageManager } from "./system-package.mjs";

const PACKAGES = { "apt-get": ["faketime"], dnf: ["libfaketime"], apk: ["libfaketime"] };
/** Where the packages put the library for programs with several threads. */
const FOLDERS = [
  "/usr/lib/x86_64-linux-gnu/faketime",
  "/usr/lib/aarch64-linux-gnu/faketime",
  "/usr/lib64/faketime",
  "/usr/lib/faketime",
];

/**
 * The library that gives a program another wall clock; for root, a missing one is installed from the system's packages.
 * @returns {Promise<string>} its path
 */
export async function fakeTimeLibrary() {
  if (process.platform !== "linux")
    throw new SetupError("tests can be run as if on another day on Linux only, in a container for instance:", [
      'docker run --rm -it -v "$PWD":/touchline -w /touchline node:24 npm run test:days',
    ]);
  const found = library();
  if (found !== undefined) return found;
  const manager = packageManager();
  if (process.getuid?.() !== 0 || manager === undefined) throw missing();
  say(`no libfaketime found; installing it with ${manager} ...`);
  const startedAt = performance.now();
  const output = await installPackage(manager, PACKAGES);
  const installed = library();
  if (installed === undefined) throw missing(output);
  say(`libfaketime installed in ${secondsSince(startedAt)}`);
  return installed;
}

function library() {
  return FOLDERS.map((folder) => `${folder}/libfaketimeMT.so.1`).find((path) => existsSync(path));
}

function missing(output = "") {
  return new SetupError(
    "libfaketime is missing. Install it, then type the same command again:",
    ["sudo apt-get install -y faketime   # Fedora: sudo dnf install -y libfaketime"],
    output,
  );
}
