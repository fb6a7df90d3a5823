import { spawn } from "node:child_process";
import { once } from "node:events";

interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The exit code that is wanted; 0 */
  readonly code?: number;
  /** Milliseconds after which it is killed; five minutes. */
  readonly deadlineMs?: number;
}

/**
 * Runs a program to its end. @returns what it printed, errors included  @throws Error with that, on another exit code
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = process.env, code: wanted = 0, deadlineMs = 300_000 }: RunOptions,
): Promise<string> {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: deadlineMs });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const printed = Buffer.concat(chunks).toString();
  if (code === wanted) return printed;
  throw new Error(`${[program, ...args].join(" ")} ended with ${code ?? signal}\n${printed}`);
}
