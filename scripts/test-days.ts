/**
 * `pnpm test:days [day ...] [argument of vitest ...]`: runs the tests, Redis servers included, as if it were another
 * day. Without a day on every usual one.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { fakeClock } from "./days/fake-clock.ts";
import { daysNamed, type TestDay, usualDays } from "./days/test-day.ts";
import { runTests, type TestRun } from "./days/test-run.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const library = process.env["TOUCHLINE_FAKETIME"];
if (library === undefined) throw new Error("start it with `npm run test:days`, which finds libfaketime");

// A server that runs already lives today: each run starts its own.
const { REDIS_URL: _today, ...env } = process.env;

const named: TestDay[] = [];
const args: string[] = [];
for (const argument of process.argv.slice(2)) {
  const days = daysNamed(argument, Date.now());
  named.push(...days);
  if (days.length === 0) args.push(argument);
}
const days = named.length > 0 ? named : usualDays(Date.now());

const runs: { readonly day: TestDay; readonly run: TestRun }[] = [];
for (const [index, day] of days.entries()) {
  process.stdout.write(`\n${titleOf(day)}, ${index + 1} of ${days.length}\n`);
  const run = await runTests(root, args, { ...env, ...fakeClock(library, day, Date.now()) });
  process.stdout.write(`${titleOf(day)}: ${run.closing}\n`);
  runs.push({ day, run });
}

process.stdout.write("\n");
for (const { day, run } of runs) {
  const minutes = `${(run.seconds / 60).toFixed(1)} min`;
  process.stdout.write(
    `${run.ok ? "ok    " : "FAILED"} ${titleOf(day).padEnd(62)} ${minutes.padStart(9)}   ${run.closing}\n`,
  );
}
const sum = (count: (run: TestRun) => number): number => runs.reduce((total, { run }) => total + count(run), 0);
process.stdout.write(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed\n`);
process.exit(runs.every(({ run }) => run.ok) ? 0 : 1);

function titleOf({ name, startsAt, zone }: TestDay): string {
  return `${name}: from ${new Date(startsAt).toISOString().slice(0, 19)}Z in ${zone}`;
}
