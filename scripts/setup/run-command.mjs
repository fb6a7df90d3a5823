import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { endProcess, isAlive, sendSignal } from "./processes.mjs";

/** A stop asks the command once; after this long it ends without being asked. */
const STOP_TIMEOUT_MS = 30_000;
const LEFTOVERS_TIMEOUT_MS = 5_000;

/**
 * Starts the command in a process group of its own: the terminal's Ctrl-C reaches only us, so that things end in order.
 * @param {string} program @param {string[]} args @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 */
export function runCommand(program, args, { cwd, env }) {
  // The channel carries keys; its end tells the command that we are gone, even when we were killed without warning.
  const stdio = ["ignore", "inherit", "inherit", "ipc"];
  const child = spawn(program, args, { cwd, env, stdio, detached: process.platform !== "win32" });
  const group = process.platform === "win32" ? child.pid : -child.pid;
  const code = once(child, "exit").then(([exitCode, signal]) => exitCode ?? 128 + (constants.signals[signal] ?? 0));
  let timer;
  return {
    /** The exit code, 128 + n after signal n; resolves when the command and all its descendants are gone. */
    finished: code.then(async (exitCode) => {
      clearTimeout(timer);
      if (group < 0 && isAlive(group)) await endProcess(group, LEFTOVERS_TIMEOUT_MS);
      return exitCode;
    }),
    /** A key that was pressed. Lost when the command has just ended. @param {string} key */
    sendKey(key) {
      if (child.connected) child.send({ key }, () => {});
    },
    /** Asks to stop; asked a second time, or after a long wait, it does not ask any more. */
    stop(times) {
      if (times === 1) {
        sendSignal(child.pid, "SIGTERM");
        timer = setTimeout(() => sendSignal(group, "SIGKILL"), STOP_TIMEOUT_MS);
      } else {
        sendSignal(group, "SIGKILL");
      }
    },
  };
}
