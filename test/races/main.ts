import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MUTANT_BOUND, runMutants } from "./run-mutants.ts";
import { runOnOwnServer } from "./run-on-own-server.ts";
import { type RaceReport, runProcesses } from "./run-processes.ts";

/**
 * `pnpm races [--schedules 1000000] [--seed n] [--processes n]`: the random schedules of the test suite, as many as you
 * like. The schedules follow from the seed alone, whatever the number of processes.
 * `pnpm races --mutants [--schedules 100000] [--seed n] [--processes n] [--only expression]`: how soon they find each
 * of many faults that are put into the protocol on purpose.
 */
const { values } = parseArgs({
  options: {
    schedules: { type: "string" },
    seed: { type: "string" },
    failures: { type: "string", default: "5" },
    processes: { type: "string", default: `${availableParallelism()}` },
    mutants: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
  allowPositionals: true,
  strict: false,
});
const schedules = Number(values.schedules ?? (values.mutants ? MUTANT_BOUND : 1_000_000));
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const maxFailures = Number(values.failures);
const processes = Number(values.processes);
const areWhole = [schedules, maxFailures, processes].every((value) => Number.isSafeInteger(value) && value > 0);
if (!areWhole || !Number.isSafeInteger(seed) || values["help"]) {
  process.stderr.write(
    "usage: pnpm races [--schedules <whole number, 1000000>] [--seed <whole number>] [--failures <most shown, 5>]\n" +
      "                  [--processes <whole number, one for each core>]\n" +
      "       pnpm races --mutants [--schedules <most for each, 100000>] [--seed <whole number>]\n" +
      "                  [--processes <mutants at a time>] [--only <regular expression>]\n",
  );
  process.exit(2);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);
print(`seed ${seed}`);
if (values.mutants) await findMutants();
else await run();

async function findMutants(): Promise<void> {
  const options = { seed, bound: schedules, processes, only: String(values.only) };
  const missed = await runMutants(options, (name, after) =>
    print(`${after === undefined ? `not caught in ${schedules}` : `caught after ${after}`}: ${name}`),
  );
  print(missed === 0 ? "every mutant was caught" : `${missed} mutants were not caught`);
  process.exitCode = missed === 0 ? 0 : 1;
}

async function run(): Promise<void> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  const options = { seed, schedules, maxFailures };
  const onProgress = (done: number): void => print(`${done} schedules, ${seconds()} s`);
  const { failures, ...counts } =
    processes === 1
      ? await runOnOwnServer({ ...options, onProgress })
      : await runProcesses({ ...options, processes, onProgress });
  for (const failure of failures) print(failure);
  const perSecond = Math.round(counts.schedules / seconds());
  const report: RaceReport = { seed, seconds: seconds(), ...counts, perSecond, failures: failures.length };
  print(JSON.stringify(report));
  process.exitCode = failures.length === 0 ? 0 : 1;
}
