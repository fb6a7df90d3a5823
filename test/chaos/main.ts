import { parseArgs } from "node:util";
import { playSentinelRound } from "./sentinel-round.ts";

/** `pnpm chaos sentinel [--times 5] [--seed n]`: failovers of a store that loses its last writes. */
const { values, positionals } = parseArgs({
  options: {
    times: { type: "string", default: "5" },
    seed: { type: "string" },
  },
  allowPositionals: true,
  strict: false,
});
const times = Number(values.times);
const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const isWellFormed =
  positionals.join() === "sentinel" && [times, first].every((number) => Number.isSafeInteger(number)) && times > 0;
if (!isWellFormed) {
  process.stderr.write("usage: pnpm chaos sentinel [--times <whole number, 5>] [--seed <number>]\n");
  process.exit(2);
}
let failures = 0;
for (let round = 0; round < times; round++) {
  const report = await playSentinelRound({ seed: first + round });
  const isRight = report.wrong.length === 0 && report.faults.length === 0;
  if (!isRight) failures++;
  process.stdout.write(`${isRight ? "ok    " : "FAILED"} ${JSON.stringify(report)}\n`);
}
process.stdout.write(`${times - failures} of ${times} failovers without a wrong label, seeds from ${first} on\n`);
process.exitCode = failures === 0 ? 0 : 1;
