/** `pnpm check`: everything that can be judged without running the program, each part with its time. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const checks = [
  { name: "types", program: "tsc", args: ["-p", "tsconfig.json", "--noEmit"] },
  // What others install runs on Node 20 as well.
  { name: "node 20", program: "tsc", args: ["-p", "scripts/packages/tsconfig.json", "--noEmit"] },
  { name: "browser", program: "tsc", args: ["-p", "test/browser/tsconfig.json", "--noEmit"] },
  { name: "lint", program: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "format", program: "oxfmt", args: ["--check", "."] },
  { name: "unused", program: "knip", args: [] },
];

const failed: string[] = [];
for (const { name, program, args } of checks) {
  const startedAt = performance.now();
  const { ok, output } = await run(join(root, "node_modules", ".bin", program), args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (!ok) {
    failed.push(name);
    process.stdout.write(`${output.trimEnd()}\n`);
  }
  process.stdout.write(
    `${ok ? "ok    " : "FAILED"} ${name.padEnd(7)} ${seconds.padStart(6)} s   ${[program, ...args].join(" ")}\n`,
  );
}
if (failed.length > 0) {
  process.stdout.write(`failed: ${failed.join(", ")}\n`);
  process.exitCode = 1;
}

async function run(program: string, args: string[]): Promise<{ ok: boolean; output: string }> {
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { ok: code === 0, output: Buffer.concat(chunks).toString() };
}
