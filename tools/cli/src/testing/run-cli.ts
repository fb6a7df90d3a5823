import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { runCli } from "../cli.ts";

/** Runs a command line in this process, and returns what a terminal would have shown. */
export async function run(
  argv: readonly string[],
  { stdin = "", env = {}, signal = new AbortController().signal }: Partial<RunOptions> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = Promise.all([text(stdout), text(stderr)]);
  const io = { stdin: Readable.from([stdin]), stdout, stderr, env, signal };
  const code = await runCli(argv, io);
  stdout.end();
  stderr.end();
  const [out, err] = await output;
  return { code, stdout: out, stderr: err };
}

interface RunOptions {
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}
