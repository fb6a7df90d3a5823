import { type ChildProcess, spawn } from "node:child_process";

export interface Child {
  /** Resolves when it has ended: `code 0`, `signal SIGKILL`, or why it could not be started. Never rejects. */
  readonly exited: Promise<string>;
  /** Does nothing when it has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, insists after `timeoutMs`; resolves when it is gone. Harmless when it has ended already. */
  stop(timeoutMs: number): Promise<void>;
}

interface ChildOptions {
  /** TypeScript file and its arguments. */
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** File descriptor for its output; `"inherit"` shares ours. */
  output: number | "inherit";
}

/** Runs a TypeScript program on the same Node as ours. */
export function startChild({ args, cwd, env, output }: ChildOptions): Child {
  // The channel carries nothing: its end tells the program that we are gone, even when we were killed without warning.
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", output, output, "ipc"] });
  const { promise: exited, resolve } = Promise.withResolvers<string>();
  child.once("error", (error) => resolve(`an error: ${error.message}`));
  child.once("exit", (code, signal) => resolve(signal === null ? `code ${code}` : `signal ${signal}`));
  return { exited, signal: (signal) => void child.kill(signal), stop: (timeoutMs) => stop(child, exited, timeoutMs) };
}

async function stop(child: ChildProcess, exited: Promise<string>, timeoutMs: number): Promise<void> {
  // A frozen process would take no notice of being asked.
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await exited;
  clearTimeout(timer);
}
