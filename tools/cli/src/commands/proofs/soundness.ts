import { runSoundness, isSound, reportOf, soundnessSummary } from "@touchline/verify";
import { type Command, expectPositionals, numberOf, parseCommandLine, SHARED_OPTIONS, UsageError } from "../command.ts";
import { checkModelServer } from "./own-model-soundness.ts";
import { timelineMatches } from "../timeline-matches.ts";

const PROGRESS_EVERY = 50;

export const soundnessCommand: Command = {
  help: `touchline soundness --data <folder> [--matches <n>] [--workers <n>] [--seed <n>] [--no-inject] [--dense]
touchline soundness --predictor <url> --data <folder> [--reads <graph>] [--matches <n>] [--seed <n>] [--no-inject]

Plays every match of every timelines_*.ndjson event by event and predicts all open markets of all
variants before and after each event, at the same clock. A prediction that changed without having
been flagged is a miss. Settlements are compared with rules of their own, and the prices of one moment
with each other: sums, lines, and what one market says of another. Needs no service. The last line
is one JSON object; exit code 0 means no miss, no wrong settlement and no wrong price. Lines that are no
events are named on standard error and left out; then something was not proved, and the exit code is 1.

With --predictor it is a model server that is put to the test: which of its markets read a fact that the
graph does not have, with market, fact and the smallest example; which share events touch, and what that
saves, measured at the server; whether it answers one request in one way; whether its answers keep the
rules. Nothing is said of settlements and of what one market says of another.

  --data <folder>   where the timelines are
  --predictor <url> where a model server takes its requests; its key: PREDICTOR_API_KEY
  --reads <graph>   what it is held to: manifest, builtin or all; its manifest, or builtin without one
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
      predictor: { type: "string" },
      reads: { type: "string" },
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
    const { predictor: url, reads, json } = values;
    if (url !== undefined) {
      const isClean = await checkModelServer(matches, { url, reads, seed, json, onBad }, io);
      return isClean && badLines === 0 ? 0 : 1;
    }
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
