import { runCli } from "./cli.ts";

/** The program: this process's arguments, streams and signals. */
export async function main(): Promise<void> {
  const interrupt = new AbortController();
  // The first signal ends the command with what it has to say; a second one ends the process.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupt.abort(new Error(name)));
  // `touchline markets | head`: whoever reads has enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : 1);
  });

  process.exitCode = await runCli(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: interrupt.signal,
    now: Date.now,
  });
}
