import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** How a run of the tests ended. */
export interface TestRun {
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  /** The closing line, or what came instead of it. */
  readonly closing: string;
  readonly seconds: number;
}

/** Far beyond a whole run beside many other programs. */
const LONGEST_RUN_MS = 2 * 3_600_000;

let running: ChildProcess | undefined;
// The set-up asks only us to stop.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
process.once("exit", () => running?.kill("SIGTERM"));
process.once("disconnect", () => process.exit(1));

/** Runs the tests once, with `args` for vitest, and passes on what they print. */
export async function runTests(
  root: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<TestRun> {
  const startedAt = performance.now();
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  // The channel tells the run of our end, even when we are killed without warning.
  const child = spawn(process.execPath, [vitest, "run", ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  running = child;
  const limit = setTimeout(() => child.kill("SIGKILL"), LONGEST_RUN_MS);
  let closing: RegExpExecArray | undefined;
  const read = (line: string): void => {
    closing = /^(\d+) passed, (\d+) failed.*$/.exec(line) ?? closing;
    process.stdout.write(`${line}\n`);
  };
  if (child.stdout) createInterface(child.stdout).on("line", read);
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  clearTimeout(limit);
  running = undefined;
  const passed = Number(closing?.[1] ?? 0);
  // A run that says nothing at its end has failed, whatever its tests did.
  const failed = Math.max(Number(closing?.[2] ?? 1), code === 0 ? 0 : 1);
  return {
    ok: failed === 0,
    passed,
    failed,
    closing: closing?.[0] ?? `ended with ${signal ?? `code ${code}`} before its closing line`,
    seconds: (performance.now() - startedAt) / 1000,
  };
}
