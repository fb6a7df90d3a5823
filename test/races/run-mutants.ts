import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { MUTANTS } from "./mutants.ts";
import { type RaceReport, ROOM } from "./run-processes.ts";

/** A mutant has to be caught within so many schedules. */
export const MUTANT_BOUND = 100_000;

interface MutantOptions {
  readonly seed: number;
  /** Most schedules for each. */
  readonly bound: number;
  /** Mutants at a time. */
  readonly processes: number;
  /** Regular expression: the names of those that are run. */
  readonly only: string;
}

/**
 * Runs the model against each mutant, in a process of its own, until it fails.
 * @param report called for each mutant with the schedules that it took; undefined when it was not caught
 * @returns how many were not caught
 */
export async function runMutants(
  { seed, bound, processes, only }: MutantOptions,
  report: (name: string, caughtAfter: number | undefined) => void,
): Promise<number> {
  let missed = 0;
  const left = [...MUTANTS.entries()].filter(([, { name }]) => new RegExp(only).test(name)).values();
  const lane = async (): Promise<void> => {
    for (const [index, { name }] of left) {
      const { failures, schedules } = await runMutant(index, seed, bound);
      const isCaught = failures > 0;
      if (!isCaught) missed++;
      report(name, isCaught ? schedules : undefined);
    }
  };
  await Promise.all(Array.from({ length: processes }, lane));
  return missed;
}

async function runMutant(index: number, seed: number, bound: number): Promise<RaceReport> {
  const hook = new URL("mutate.ts", import.meta.url).href;
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const counts = ["--schedules", `${bound}`, "--seed", `${seed}`, "--failures", "1", "--processes", "1"];
  const args = [ROOM, "--import", hook, main, ...counts];
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
