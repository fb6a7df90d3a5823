import { existsSync, rmSync, writeFileSync } from "node:fs";
import { findOnPath, runProgram } from "./run-program.mjs";

const INSTALL_TIMEOUT_MS = 10 * 60_000;
const POLICY_FILE = "/usr/sbin/policy-rc.d";

/**
 * Names of one thing in the packages of different systems; the first that installs is taken.
 * @typedef {{ "apt-get": string[], dnf: string[], apk: string[] }} PackageNames
 */

/** @returns {"apt-get" | "dnf" | "apk" | undefined} the program that installs packages here */
export function packageManager() {
  return ["apt-get", "dnf", "apk"].find((name) => findOnPath([name]) !== undefined);
}

/**
 * Installs a package as root.
 * @param {"apt-get" | "dnf" | "apk"} manager @param {PackageNames} names
 * @returns {Promise<string>} what the programs said when nothing could be installed, else empty
 */
export async function installPackage(manager, names) {
  return INSTALLERS[manager](names[manager]);
}

const INSTALLERS = {
  "apt-get": (names) =>
    withoutStartingServices(async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
      const update = await run("apt-get", ["update"], env);
      const output = await firstThatWorks("apt-get", ["install", "-y", "--no-install-recommends"], names, env);
      return output === "" ? "" : update.output + output;
    }),
  dnf: (names) => firstThatWorks("dnf", ["install", "-y"], names),
  apk: (names) => firstThatWorks("apk", ["add", "--no-cache"], names),
};

function run(program, args, env = process.env) {
  return runProgram(program, args, { env, timeoutMs: INSTALL_TIMEOUT_MS });
}

async function firstThatWorks(program, args, names, env) {
  let output = "";
  for (const name of names) {
    const result = await run(program, [...args, name], env);
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
