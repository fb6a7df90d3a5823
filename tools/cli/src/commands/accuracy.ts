import { TimelineError } from "@touchline/feeds";
import { type AccuracyProgress, type AccuracySummary, ResultsFormatError, runAccuracy } from "@touchline/training";
import { accuracyReport } from "@touchline/verify";
import { type Command, expectPositionals, type Io, parseCommandLine, UsageError, UserError } from "./command.ts";
import { expectRoomFor, replaceFile } from "./output-file.ts";

export const accuracyCommand: Command = {
  help: `touchline accuracy --data <folder> [--plot <out.svg>]

Forecasts every match of every results_*.csv from earlier weeks of its league alone, and predicts the
matches of every timelines_*.ndjson at minutes 0, 15, 30, half-time, 60, 75 and 85. Scores are means
over the same matches for the model, closing prices and base rates. Any leagues and seasons will do.
Needs no service. The last line is one JSON object.

  --data <folder>   results, and timelines where there are any
  --plot <file>     reliability before and in play and score by season, as SVG
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      data: { type: "string" },
      plot: { type: "string" },
      json: { type: "boolean", default: false },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    if (values.data === undefined) throw new UsageError("--data <folder> says where the results are");
    if (values.plot !== undefined) await expectRoomFor(values.plot, "--plot");
    const began = performance.now();
    const summary = await measured(values.data, io);
    const seconds = (performance.now() - began) / 1000;
    if (values.plot !== undefined) await replaceFile(values.plot, summary.svg);
    if (!values.json) io.stdout.write(`${accuracyReport(summary)}\n\n`);
    const { svg: _drawn, ...figures } = summary;
    io.stdout.write(`${JSON.stringify({ ...figures, seconds: Math.round(seconds * 100) / 100 })}\n`);
    if (summary.matches > 0 || summary.inPlay.length > 0) return 0;
    io.stderr.write(`touchline accuracy: ${NOTHING_SCORED}\n`);
    return 1;
  },
};

const NOTHING_SCORED =
  "no match could be scored: forecasts of a league begin after its first 100 matches, scores in play with matches that results and timelines both hold";

async function measured(folder: string, { stderr, signal }: Io): Promise<AccuracySummary> {
  let shown = "";
  const progress = ({ step, part, matches, of }: AccuracyProgress) => {
    const quarter = Math.floor((4 * matches) / of);
    const line = `${step}, ${part}: ${25 * quarter} % of ${of} matches`;
    if (line !== shown) stderr.write(`${line}\n`);
    shown = line;
  };
  try {
    return await runAccuracy({ folder, progress, signal });
  } catch (error) {
    const theirs = [ResultsFormatError, TimelineError, RangeError].some((kind) => error instanceof kind);
    throw theirs ? new UserError((error as Error).message) : error;
  }
}
