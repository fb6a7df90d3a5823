import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** @param {number} pid negative for a process group */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Sends a signal; no matter when nobody is there any more. @param {number} pid @param {NodeJS.Signals} signal */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what a signal is for.
  }
}

/**
 * Ends a process or, with a negative id, a process group: politely, then without asking.
 * @param {number} pid @param {number} graceMs @returns {Promise<void>} when it is gone, or cannot be
 */
export async function endProcess(pid, graceMs) {
  for (const [signal, waitMs] of [
    ["SIGTERM", graceMs],
    ["SIGKILL", 2_000],
  ]) {
    sendSignal(pid, signal);
    for (const end = performance.now() + waitMs; performance.now() < end; await sleep(20)) {
      if (!isAlive(pid)) return;
    }
  }
}

/**
 * The command line of a process, so that a reused process id is not taken for an old acquaintance.
 * @param {number} pid @returns {string} empty when unknown
 */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // No /proc, or no such process.
  }
  try {
    return execFileSync("ps", ["-p", String(pid), "-o", "command="], {
      encoding: "utf8",
      timeout: 5_000,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}

/** @param {number} pid @returns {number | undefined} the parent's id, where the system tells without a program */
export function parentOf(pid) {
  try {
    // "pid (name, which may hold spaces and brackets) state ppid ..."
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
