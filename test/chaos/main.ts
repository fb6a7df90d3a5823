import { parseArgs } from "node:util";
import { playCluster } from "./cluster-run.ts";
import { playPartitionRound } from "./partition-round.ts";
import { playSentinelRound } from "./sentinel-round.ts";

/**
 * What becomes of labels while masters of the store are lost. Every line is one report, as JSON.
 *
 * `pnpm chaos sentinel [--times 5] [--seed n]`: failovers of a store that loses its last writes.
 * `pnpm chaos partition [--times 5] [--seed n]`: partitions with a master on each side.
 * `pnpm chaos cluster [--minutes 2] [--seed n]`: a cluster whose masters are killed and replaced at random.
 */
const { values, positionals } = parseArgs({
  options: {
    times: { type: "string", default: "5" },
    minutes: { type: "string", default: "2" },
    seed: { type: "string" },
  },
  allowPositionals: true,
  strict: false,
});
const [scenario, ...others] = positionals;
const times = Number(values.times);
const minutes = Number(values.minutes);
const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);

interface Report {
  readonly wrong: readonly unknown[];
  readonly faults: readonly string[];
}

const SCENARIOS: Readonly<Record<string, () => Promise<boolean>>> = {
  sentinel: async () => repeat("failovers", async (seed) => playSentinelRound({ seed })),
  partition: async () => repeat("partitions", playPartitionRound),
  cluster: async () => tell(await playCluster({ seed: first, minutes })),
};
const isWellFormed =
  [times, first].every((number) => Number.isSafeInteger(number)) && times > 0 && minutes > 0 && others.length === 0;
const play = isWellFormed ? SCENARIOS[scenario ?? ""] : undefined;
if (play) process.exitCode = (await play()) ? 0 : 1;
else {
  process.stderr.write(
    "usage: pnpm chaos sentinel [--times <whole number, 5>] [--seed <number>]\n" +
      "       pnpm chaos partition [--times <whole number, 5>] [--seed <number>]\n" +
      "       pnpm chaos cluster [--minutes <number, 2>] [--seed <number>]\n",
  );
  process.exitCode = 2;
}

function tell(report: Report): boolean {
  const isRight = report.wrong.length === 0 && report.faults.length === 0;
  process.stdout.write(`${isRight ? "ok    " : "FAILED"} ${JSON.stringify(report)}\n`);
  return isRight;
}

async function repeat(what: string, round: (seed: number) => Promise<Report>): Promise<boolean> {
  let failures = 0;
  for (let index = 0; index < times; index++) if (!tell(await round(first + index))) failures++;
  process.stdout.write(`${times - failures} of ${times} ${what} without a wrong label, seeds from ${first} on\n`);
  return failures === 0;
}
