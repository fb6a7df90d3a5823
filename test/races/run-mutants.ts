import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { MUTANTS } from "./mutants.ts";

/** The last line that `pnpm races` prints, as JSON. */
export interface RaceReport {
  readonly seed: number;
  readonly seconds: number;
  readonly schedules: number;
  readonly steps: number;
  readonly perSecond: number;
  readonly failures: number;
}

/** A mutant has to be caught within so many schedules. */
export const MUTANT_BOUND = 100_000;

/**
 * Runs the model against each mutant, in a process of its own, until it fails.
 * @param report called for each mutant with the schedules that it took; undefined when it was not caught
 * @returns how many were not caught
 */
export async function runMutants(
  seed: number,
  bound: number,
  report: (name: string, caughtAfter: number | undefined) => void,
): Promise<number> {
  let missed = 0;
  for (const [index, { name }] of MUTANTS.entries()) {
    const { failures, schedules } = await runMutant(index, seed, bound);
    const isCaught = failures > 0;
    if (!isCaught) missed++;
    report(name, isCaught ? schedules : undefined);
  }
  return missed;
}

async function runMutant(index: number, seed: number, bound: number): Promise<RaceReport> {
  const hook = new URL("mutate.ts", import.meta.url).href;
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const args = ["--import", hook, main, "--schedules", `${bound}`, "--seed", `${seed}`, "--failures", "1"];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, RACES_MUTANT: `${index}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  await once(child, "close");
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  return JSON.parse(last) as RaceReport;
}
