import { setImmediate as nextTurn } from "node:timers/promises";
import { type TimelineLine, readTimelines } from "@touchline/feeds";
import { shippedPredictor } from "@touchline/model";
import { measureMatch, noSavings, savingsReport, savingsSummary, type MatchRef } from "@touchline/verify";
import { type Command, expectPositionals, numberOf, parseCommandLine, UsageError } from "./command.ts";
import { timelineMatches } from "./timeline-matches.ts";

const PROGRESS_EVERY = 50;

export const savingsCommand: Command = {
  help: `touchline savings --data <folder> [--matches <n>]

Plays the matches of every timelines_*.ndjson event by event. After each event, the markets that it
touched are predicted, and then all that are open: the times are measured, not derived from names.
Needs no service, and one core to itself. The last line is one JSON object.

  --data <folder>   where the timelines are
  --matches <n>     only so many matches, taken from all files in turn; 100
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      data: { type: "string" },
      matches: { type: "string", default: "100" },
      json: { type: "boolean", default: false },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    if (values.data === undefined) throw new UsageError("--data <folder> says where the timelines are");
    const most = numberOf(values.matches, "--matches", 1, Number.MAX_SAFE_INTEGER);
    const refs = await timelineMatches(values.data, most, false);

    const linesOf = timelines();
    const predictor = shippedPredictor(() => performance.now());
    const began = performance.now();
    // The first matches only teach the compiler.
    for (const ref of refs.slice(0, 3)) measureMatch(await linesOf(ref), predictor, noSavings());
    const savings = noSavings();
    for (const ref of refs) {
      io.signal.throwIfAborted();
      measureMatch(await linesOf(ref), predictor, savings);
      if (savings.matches % PROGRESS_EVERY === 0) io.stderr.write(`${savings.matches} of ${refs.length} matches\n`);
      await nextTurn();
    }
    const summary = savingsSummary(savings, (performance.now() - began) / 1000);
    if (!values.json) io.stdout.write(`${savingsReport(savings, summary)}\n\n`);
    io.stdout.write(`${JSON.stringify(summary)}\n`);
    return 0;
  },
};

/** The lines of a match; files are read once. */
function timelines(): (ref: MatchRef) => Promise<TimelineLine[]> {
  const files = new Map<string, TimelineLine[][]>();
  return async ({ file, index }) => {
    const known = files.get(file) ?? [...(await readTimelines(file)).values()];
    files.set(file, known);
    return known[index] ?? [];
  };
}
