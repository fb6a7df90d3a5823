import { parseArgs } from "node:util";
import { denseReplay } from "./dense-replay.ts";

/** Benchmarks by name. Each prints a table and, as its last line, one JSON object. */
const BENCHMARKS: Readonly<
  Record<string, { readonly about: string; readonly run: (args: string[]) => Promise<unknown> }>
> = {
  "dense-replay": {
    about: "every match of a timeline file at full speed, on 1 and 2 tag-managers and 1 and 3 workers",
    run: denseReplay,
  },
};

const { positionals } = parseArgs({ args: process.argv.slice(2), allowPositionals: true, strict: false });
const [name = ""] = positionals;
const benchmark = BENCHMARKS[name];
if (!benchmark) {
  const lines = Object.entries(BENCHMARKS).map(([known, { about }]) => `  ${known.padEnd(14)} ${about}`);
  process.stderr.write(`usage: pnpm bench <name> [options]\n\n${lines.join("\n")}\n`);
  process.exit(name === "" ? 1 : 2);
}
const result = await benchmark.run(process.argv.slice(3));
process.stdout.write(`${JSON.stringify(result)}\n`);
