import { runSoundness, isSound, reportOf, soundnessSummary } from "@touchline/verify";
import { type Command, expectPositionals, numberOf, parseCommandLine, SHARED_OPTIONS, UsageError } from "./command.ts";
import { timelineMatches } from "./timeline-matches.ts";

const PROGRESS_EVERY = 50;

export const soundnessCommand: Command = {
  help: `touchline soundness --data <folder> [--matches <n>] [--workers <n>] [--seed <n>] [--no-inject] [--dense]

Plays every match of every timelines_*.ndjson event by event and predicts all open markets of all
variants before and after each event, at the same clock. A prediction that changed without having
been flagged is a miss. Settlements are compared with rules of their own, and the prices of one moment
with each other: sums, lines, and what one market says of another. Needs no service. The last line
is one JSON object; exit code 0 means no miss, no wrong settlement and no wrong price. Lines that are no
events are named on standard error and left out; then something was not proved, and the exit code is 1.

  --data <folder>   where the timelines are
  --matches <n>     only so many matches, taken from all files in turn
  --workers <n>     threads; 2
  --seed <n>        seed of the invented events; 1
  --no-inject       real events only: no weather, prices, reviews, corrections, extra time
  --dense           the dense timelines instead: the same matches with every restart
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      data: { type: "string" },
      matches: { type: "string", default: String(Number.MAX_SAFE_INTEGER) },
      workers: { type: "string", default: "2" },
      seed: { type: "string", default: "1" },
      "no-inject": { type: "boolean", default: false },
      dense: { type: "boolean", default: false },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    if (values.data === undefined) throw new UsageError("--data <folder> says where the timelines are");
    const most = numberOf(values.matches, "--matches", 1, Number.MAX_SAFE_INTEGER);
    const workers = numberOf(values.workers, "--workers", 1, 64);
    const seed = values["no-inject"] ? undefined : numberOf(values.seed, "--seed", 0, 2 ** 32 - 1);

    const began = performance.now();
    let badLines = 0;
    const onBad = (bad: string): void => {
      badLines++;
      io.stderr.write(`${bad}\n`);
    };
    const matches = await timelineMatches(values.data, most, values.dense, onBad);
    io.stderr.write(
      `${matches.length} matches on ${workers} threads, ${seed === undefined ? "nothing invented" : `seed ${seed}`}\n`,
    );
    const tally = await runSoundness(matches, {
      workers,
      seed,
      signal: io.signal,
      onBad,
      onMatch: (sum) => {
        if (sum.matches % PROGRESS_EVERY === 0)
          io.stderr.write(
            `${sum.matches} matches, ${sum.misses} misses, ${sum.settlement.errors} wrong settlements, ${sum.arithmetic.errors} wrong prices\n`,
          );
      },
    });
    const seconds = (performance.now() - began) / 1000;
    const summary = { ...soundnessSummary(tally, seconds), badLines };
    if (!values.json) io.stdout.write(`${reportOf(tally, seconds)}\n\n`);
    io.stdout.write(`${JSON.stringify(summary)}\n`);
    return isSound(summary) && badLines === 0 ? 0 : 1;
  },
};
