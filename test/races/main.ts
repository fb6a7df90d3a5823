import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { startRedis } from "../setup/redis.ts";
import { MUTANT_BOUND, type RaceReport, runMutants } from "./run-mutants.ts";
import { runSchedules } from "./run-schedules.ts";

/**
 * `pnpm races [--schedules 1000000] [--seed n]`: the random schedules of the test suite, as many as you like.
 * `pnpm races --mutants [--schedules 100000] [--seed n]`: how soon they find each of many faults that are put into the protocol on purpose.
 */
const { values } = parseArgs({
  options: {
    schedules: { type: "string" },
    seed: { type: "string" },
    failures: { type: "string", default: "5" },
    mutants: { type: "boolean", default: false },
  },
  allowPositionals: true,
  strict: false,
});
const schedules = Number(values.schedules ?? (values.mutants ? MUTANT_BOUND : 1_000_000));
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const maxFailures = Number(values.failures);
const areWhole = [schedules, maxFailures].every((value) => Number.isSafeInteger(value) && value > 0);
if (!areWhole || !Number.isSafeInteger(seed) || values["help"]) {
  process.stderr.write(
    "usage: pnpm races [--schedules <whole number, 1000000>] [--seed <whole number>] [--failures <most shown, 5>]\n" +
      "       pnpm races --mutants [--schedules <most for each, 100000>] [--seed <whole number>]\n",
  );
  process.exit(2);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);
print(`seed ${seed}`);
if (values.mutants) await findMutants();
else await run();

async function findMutants(): Promise<void> {
  const missed = await runMutants(seed, schedules, (name, after) =>
    print(`${after === undefined ? `not caught in ${schedules}` : `caught after ${after}`}: ${name}`),
  );
  print(missed === 0 ? "every mutant was caught" : `${missed} mutants were not caught`);
  process.exitCode = missed === 0 ? 0 : 1;
}

async function run(): Promise<void> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  try {
    const onProgress = (done: number): void => print(`${done} schedules, ${seconds()} s`);
    const { failures, ...counts } = await runSchedules(redis, "races", { seed, schedules, maxFailures, onProgress });
    for (const failure of failures) print(failure);
    const perSecond = Math.round(counts.schedules / seconds());
    const report: RaceReport = { seed, seconds: seconds(), ...counts, perSecond, failures: failures.length };
    print(JSON.stringify(report));
    process.exitCode = failures.length === 0 ? 0 : 1;
  } finally {
    redis.disconnect();
    await server.stop();
  }
}
