import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { sendSignal } from "./processes.mjs";

const OUTPUT_KEPT = 8_192;

/**
 * Runs a program to its end, quietly, keeping the end of what it printed.
 * @param {string} program @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs: number }} options
 * @returns {Promise<{ ok: boolean, missing: boolean, output: string }>} never rejects
 */
export function runProgram(program, args, { cwd, env, timeoutMs }) {
  return new Promise((resolve) => {
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_KEPT);
    };
    // Windows finds npx.cmd only through its shell.
    const shell = process.platform === "win32";
    const detached = !shell;
    const child = spawn(program, args, {
      cwd,
      env,
      shell,
      detached,
      timeout: timeoutMs,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Should we end first, it ends too, with everything it started.
    const end = () => child.pid !== undefined && sendSignal(detached ? -child.pid : child.pid, "SIGTERM");
    process.once("exit", end);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) =>
      resolve({ ok: false, missing: error.code === "ENOENT", output: `${output}${error.message}` }),
    );
    child.once("close", (code, signal) => {
      process.off("exit", end);
      if (signal !== null) keep(`\n${program} was ended by ${signal}`);
      resolve({ ok: code === 0, missing: false, output });
    });
  });
}

/**
 * Where the first of these programs lies on PATH.
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function findOnPath(names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      if (folder === "") continue;
      const candidate = join(folder, process.platform === "win32" ? `${name}.exe` : name);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // Not here: look in the next folder.
      }
    }
  }
  return undefined;
}
