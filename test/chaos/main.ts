import { parseArgs } from "node:util";
import { playSentinelRound } from "./sentinel-round.ts";

/** `pnpm chaos sentinel [--times 5] [--seed n] [--replicas 1]`: failovers of a store that loses its last writes. */
const { values, positionals } = parseArgs({
  options: {
    times: { type: "string", default: "5" },
    seed: { type: "string" },
    replicas: { type: "string", default: "0" },
  },
  allowPositionals: true,
  strict: false,
});
const times = Number(values.times);
const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const isWellFormed =
  positionals.join() === "sentinel" &&
  [times, first].every((number) => Number.isSafeInteger(number)) &&
  times > 0 &&
  (values.replicas === "0" || values.replicas === "1");
if (!isWellFormed) {
  process.stderr.write("usage: pnpm chaos sentinel [--times <whole number, 5>] [--seed <number>] [--replicas 0|1]\n");
  process.exit(2);
}
const replicas = values.replicas === "1" ? 1 : 0;
let failures = 0;
for (let round = 0; round < times; round++) {
  const report = await playSentinelRound({ seed: first + round, replicas });
  const isRight = report.wrong.length === 0 && report.faults.length === 0;
  if (!isRight) failures++;
  process.stdout.write(`${isRight ? "ok    " : "FAILED"} ${JSON.stringify(report)}\n`);
}
process.stdout.write(`${times - failures} of ${times} failovers without a wrong label, seeds from ${first} on\n`);
process.exitCode = failures === 0 ? 0 : 1;
